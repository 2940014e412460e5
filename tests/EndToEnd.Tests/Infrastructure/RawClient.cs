using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Google.Protobuf;
using OrleansLb.OtlpModel;

namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>A client that shows what the SDK hides: the gRPC status of each single request.</summary>
/// <param name="receiver">Where it sends to.</param>
/// <param name="connecting">Told of every connection that it makes.</param>
internal sealed class RawClient(Uri receiver, Action? connecting = null) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (context, cancellationToken) =>
        {
            connecting?.Invoke();
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    });

    /// <summary>What the header <c>grpc-timeout</c> says; null: it is left out.</summary>
    public string? GrpcTimeout { get; init; }

    public void Dispose() => _http.Dispose();

    /// <summary>Sends as a client does that tries again what it was told to.</summary>
    public async Task ExportUntilTakenAsync(IMessage request)
    {
        using var limit = new CancellationTokenSource(Patience.Long);
        while (true)
        {
            var answer = await ExportAsync(request, limit.Token);
            if (answer.Status == 0)
                return;
            Assert.True(answer.Status is 14 or 8 or 4, $"{answer.Status}: {answer.Message}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
        }
    }

    /// <summary>Sends one request and answers its grpc-status, message and delay.</summary>
    public async Task<ClientAnswer> ExportAsync(IMessage request, CancellationToken cancellationToken = default)
    {
        string service = request switch
        {
            ExportTraceServiceRequest => "trace.v1.TraceService",
            ExportLogsServiceRequest => "logs.v1.LogsService",
            _ => "metrics.v1.MetricsService",
        };
        byte[] message = request.ToByteArray();
        byte[] framed = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed, 5);

        using var http = new HttpRequestMessage(HttpMethod.Post, new Uri(receiver, $"/opentelemetry.proto.collector.{service}/Export"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(framed) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
            Headers = { { "te", "trailers" } },
        };
        if (GrpcTimeout is not null)
            http.Headers.TryAddWithoutValidation("grpc-timeout", GrpcTimeout);
        using var response = await _http.SendAsync(http, cancellationToken);
        await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var headers = response.TrailingHeaders.Contains("grpc-status") ? response.TrailingHeaders : (HttpHeaders)response.Headers;
        int status = int.Parse(headers.GetValues("grpc-status").Single(), CultureInfo.InvariantCulture);
        string text = headers.TryGetValues("grpc-message", out var values) ? Uri.UnescapeDataString(values.Single()) : "";
        var delay = headers.TryGetValues("grpc-status-details-bin", out var details) ? RetryDelays.Read(details.Single()) : null;
        return new ClientAnswer(status, text) { RetryDelay = delay };
    }
}
