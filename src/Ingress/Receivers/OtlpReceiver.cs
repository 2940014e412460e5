using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using OrleansLb.Ingress.Memory;
using OrleansLb.Ingress.Telemetry;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Ingress.Receivers;

/// <summary>
/// One <c>otelcol.receiver.otlp</c>: an OTLP/gRPC listener, an OTLP/HTTP listener, or both. Without TLS nothing tells the two versions of HTTP
/// apart on one port, so gRPC gets HTTP/2 with prior knowledge and OTLP/HTTP gets HTTP/1.1.
/// </summary>
/// <param name="options">What the configuration says.</param>
/// <param name="consumers">Who takes what is received; a signal without consumers is answered UNIMPLEMENTED or 404.</param>
/// <param name="pool">Where the memory of requests comes from.</param>
/// <param name="gate">Turns requests away when memory is short.</param>
/// <param name="meters">Makes the meter of the counters.</param>
/// <param name="loggers">Makes the loggers of the receiver and of its servers.</param>
/// <param name="time">The clock of the clients' deadlines and of bodies that stand still.</param>
/// <param name="loopbackOnly">Whether endpoints that name every address of the machine are bound on loopback only.</param>
public sealed class OtlpReceiver(
    OtlpReceiverOptions options,
    SignalConsumers consumers,
    PayloadPool pool,
    MemoryGate gate,
    IMeterFactory meters,
    ILoggerFactory loggers,
    TimeProvider time,
    bool loopbackOnly = false) : IAsyncDisposable
{
    private const string GrpcTransport = "grpc";
    private const string HttpTransport = "http";

    // a request of 8 MB in 2 MB streams does not wait for window updates, and a connection cannot make the server hold more than that unread
    private const int ConnectionWindow = 8 << 20;
    private const int SmallestConnectionWindow = 512 << 10;

    // of the memory for data, what one connection may hold unread, as long as that is less
    private const long WindowShare = 32;
    private const int FrameSize = 256 << 10;
    private const int DefaultStreams = 512;

    private readonly TlsNotice _notice = new(options.ComponentId, time, loggers.CreateLogger<OtlpReceiver>());
    private readonly List<ListenerServer> _servers = [];

    /// <summary>The receiver's component ID.</summary>
    public string ComponentId => options.ComponentId;

    /// <summary>The addresses that the started receiver listens on.</summary>
    public IReadOnlyList<BoundEndpoint> BoundEndpoints { get; private set; } = [];

    /// <summary>Starts the listeners that are configured. When one fails, none is left running.</summary>
    /// <exception cref="FormatException">An endpoint is no <c>host:port</c>.</exception>
    /// <exception cref="IOException">An address cannot be bound, for example because it is in use.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">A host name does not resolve.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (_servers.Count > 0)
            throw new InvalidOperationException("The receiver is running.");
        try
        {
            if (options.Grpc is { } grpc)
                _servers.Add(await StartGrpcAsync(grpc, cancellationToken).ConfigureAwait(false));
            if (options.Http is { } http)
                _servers.Add(await StartHttpAsync(http, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }

        BoundEndpoints = [.. _servers.SelectMany(server => server.BoundEndpoints)];
    }

    /// <summary>Stops accepting and lets running calls finish; those that still run when the token is cancelled are cut off.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) =>
        Task.WhenAll(_servers.Select(server => server.StopAsync(cancellationToken)));

    /// <summary>Stops at once, if it was not stopped before.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            server.Dispose();
        _servers.Clear();
        BoundEndpoints = [];
        return ValueTask.CompletedTask;
    }

    private Task<ListenerServer> StartGrpcAsync(GrpcListenerOptions grpc, CancellationToken cancellationToken) => ListenerServer.StartAsync(
        GrpcTransport,
        EndpointOf(grpc.Endpoint),
        HttpProtocols.Http2,
        _notice,
        limits => Configure(limits.Http2, grpc.MaxConcurrentStreams, gate.Budget),
        new GrpcApplication(IntakeOf(GrpcTransport), grpc, time, loggers.CreateLogger<GrpcApplication>()),
        gate.Budget,
        loggers,
        cancellationToken);

    private Task<ListenerServer> StartHttpAsync(HttpListenerOptions http, CancellationToken cancellationToken) => ListenerServer.StartAsync(
        HttpTransport,
        EndpointOf(http.Endpoint),
        HttpProtocols.Http1,
        _notice,
        static _ => { },
        new HttpApplication(IntakeOf(HttpTransport), http, time, loggers.CreateLogger<HttpApplication>()),
        gate.Budget,
        loggers,
        cancellationToken);

    private Intake IntakeOf(string transport)
    {
        var metrics = new ReceiverMetrics(meters, options.ComponentId, transport);
        return new(pool, gate, consumers, metrics, new OldFieldNotice(metrics, time, loggers.CreateLogger<OldFieldNotice>()), time, loggers.CreateLogger<FanOut>());
    }

    private ListenEndpoint EndpointOf(string text)
    {
        if (!ListenEndpoint.TryParse(text, out var endpoint))
            throw new FormatException($"{options.ComponentId}: \"{text}\" is no endpoint of the form host:port");
        return loopbackOnly ? endpoint.OnLoopback() : endpoint;
    }

    private static void Configure(Http2Limits limits, int maxConcurrentStreams, MemoryBudget budget)
    {
        int window = (int)Math.Clamp(budget.Limit / WindowShare, SmallestConnectionWindow, ConnectionWindow);
        limits.MaxStreamsPerConnection = maxConcurrentStreams > 0 ? maxConcurrentStreams : DefaultStreams;
        limits.InitialConnectionWindowSize = window;
        limits.InitialStreamWindowSize = window / 4;
        limits.MaxFrameSize = FrameSize;

        // sheds connections that a NAT or a dead peer has silently dropped
        limits.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        limits.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
    }
}
