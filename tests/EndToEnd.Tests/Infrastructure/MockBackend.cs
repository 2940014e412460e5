using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansLb.OtlpModel;

namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>
/// An OTLP/gRPC backend that shares no code with the product: Kestrel, its own framing, and messages decoded by the generated model.
/// It answers what <see cref="Script"/> says and keeps what it accepted.
/// </summary>
internal sealed class MockBackend : IAsyncDisposable
{
    private readonly ConcurrentQueue<Delivery> _accepted = new();
    private CancellationTokenSource _silence = new();
    private TaskCompletionSource _arrival = NewArrival();
    private WebApplication? _server;
    private int _attempts;

    private MockBackend(IPAddress address, int port)
    {
        Address = address;
        Port = port;
    }

    public IPAddress Address { get; }

    public int Port { get; private set; }

    public string Endpoint => $"{Address}:{Port}";

    /// <summary>How many addresses it listens on, from <see cref="Address"/> upwards: to a balancer, as many backends.</summary>
    public int Addresses { get; private init; } = 1;

    /// <summary>All of its endpoints.</summary>
    public IEnumerable<string> Endpoints => AllAddresses.Select(address => $"{address}:{Port}");

    private IEnumerable<IPAddress> AllAddresses =>
        Enumerable.Range(0, Addresses).Select(i => new IPAddress(BinaryPrimitives.ReverseEndianness(BinaryPrimitives.ReadUInt32BigEndian(Address.GetAddressBytes()) + (uint)i)));

    /// <summary>The answer to each request; by default OK.</summary>
    public Func<Delivery, Reply> Script { get; set; } = static _ => Reply.Ok;

    /// <summary>Told of every request and its answer before the answer leaves.</summary>
    public Action<Delivery, Reply>? Deciding { get; set; }

    /// <summary>Whether what is accepted is kept in <see cref="Accepted"/>.</summary>
    public bool Keeps { get; set; } = true;

    /// <summary>Requests that came, whatever was answered.</summary>
    public int Attempts => Volatile.Read(ref _attempts);

    /// <summary>Requests that were answered with OK.</summary>
    public IReadOnlyCollection<Delivery> Accepted => _accepted;

    public IEnumerable<Span> Spans => _accepted.SelectMany(static d => d.Spans).Select(static s => s.Span);

    public static async Task<MockBackend> StartAsync(IPAddress? address = null, int port = 0)
    {
        var backend = new MockBackend(address ?? IPAddress.Loopback, port);
        await backend.StartServerAsync();
        return backend;
    }

    /// <summary>One server that stands for many backends, each at a loopback address of its own.</summary>
    public static async Task<MockBackend> StartManyAsync(int count)
    {
        var first = IPAddress.Parse("127.77.0.1");
        using var probe = new System.Net.Sockets.TcpListener(first, 0);
        probe.Start();
        int port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var backend = new MockBackend(first, port) { Addresses = count };
        await backend.StartServerAsync();
        return backend;
    }

    /// <summary>Dies: connections break, the port refuses.</summary>
    public async Task StopServerAsync()
    {
        if (_server is not { } server)
            return;
        _server = null;
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await server.StopAsync(atOnce.Token);
        await server.DisposeAsync();
    }

    /// <summary>Comes (back) to life, on the same port if it ever had one.</summary>
    public async Task StartServerAsync()
    {
        if (_server is not null)
            return;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Limits.MaxRequestBodySize = null;
            foreach (var address in AllAddresses)
                k.Listen(address, Port, static l => l.Protocols = HttpProtocols.Http2);
        });
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync();
        Port = new Uri(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
    }

    /// <summary>Gives up the requests that wait for an answer; slow ones are answered now.</summary>
    public async Task BreakSilenceAsync()
    {
        using var former = Interlocked.Exchange(ref _silence, new CancellationTokenSource());
        await former.CancelAsync();
    }

    /// <summary>Waits until the condition holds; it is looked at after every request that a backend has answered.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what, params MockBackend[] backends)
    {
        using var limit = new CancellationTokenSource(Patience.Long);
        while (true)
        {
            // taken before the look, so that no arrival between look and wait is missed
            var arrivals = backends.Select(static b => Volatile.Read(ref b._arrival).Task).ToArray();
            if (condition())
                return;
            try
            {
                await Task.WhenAny(arrivals).WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"{what}: not so after {Patience.Long}; attempts: {string.Join(", ", backends.Select(static b => b.Attempts))}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopServerAsync();
        _silence.Dispose();
        GC.SuppressFinalize(this);
    }

    private static TaskCompletionSource NewArrival() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Arrived() => Interlocked.Exchange(ref _arrival, NewArrival()).SetResult();

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _attempts);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var delivery = Decode(context.Request.Path.Value!, body.ToArray(), context.Request.Headers["grpc-encoding"].ToString(), context.Connection.LocalIpAddress!);
        var reply = Script(delivery);
        Deciding?.Invoke(delivery, reply);
        if (reply.IsTaken && Keeps)
            _accepted.Enqueue(delivery);
        if (reply.IsSilent)
        {
            Arrived();
            await WaitAsync(Timeout.InfiniteTimeSpan, context.RequestAborted);
            context.Abort();
            return;
        }

        if (reply.Pause > TimeSpan.Zero)
            await WaitAsync(reply.Pause, context.RequestAborted);
        context.Response.ContentType = "application/grpc";
        if (reply.Status == 0)
            await context.Response.Body.WriteAsync(Frame(reply.Response?.ToByteArray() ?? []));
        else
            await context.Response.StartAsync();
        if (reply.Message is not null)
            context.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(reply.Message));
        if (reply.RetryDelay is { } delay)
            context.Response.AppendTrailer("grpc-status-details-bin", RetryDelays.Write(reply.Status, delay));
        context.Response.AppendTrailer("grpc-status", reply.Status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await context.Response.CompleteAsync();
        Arrived();
    }

    // until the time is over, the caller has gone or silence is broken
    private async Task WaitAsync(TimeSpan pause, CancellationToken gone)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(gone, _silence.Token);
        await Task.Delay(pause, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static Delivery Decode(string path, byte[] body, string encoding, IPAddress at)
    {
        int length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1));
        Assert.Equal(body.Length - 5, length);
        byte[] message = body[5..];
        bool compressed = body[0] == 1;
        if (compressed)
        {
            Assert.Equal("gzip", encoding);
            using var inflated = new MemoryStream();
            using (var gzip = new GZipStream(new MemoryStream(message), CompressionMode.Decompress))
                gzip.CopyTo(inflated);
            message = inflated.ToArray();
        }

        return new Delivery(path, compressed, path switch
        {
            "/opentelemetry.proto.collector.trace.v1.TraceService/Export" => ExportTraceServiceRequest.Parser.ParseFrom(message),
            "/opentelemetry.proto.collector.logs.v1.LogsService/Export" => ExportLogsServiceRequest.Parser.ParseFrom(message),
            "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export" => ExportMetricsServiceRequest.Parser.ParseFrom(message),
            _ => throw new InvalidOperationException($"unknown path {path}"),
        })
        {
            At = at,
        };
    }

    private static byte[] Frame(byte[] message)
    {
        byte[] framed = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed, 5);
        return framed;
    }
}
