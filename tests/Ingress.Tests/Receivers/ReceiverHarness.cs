using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansLb.Ingress.Memory;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;
using OrleansLb.Testing;

namespace OrleansLb.Ingress.Tests.Receivers;

/// <summary>A receiver on free loopback ports with a consumer, a pool and meters of its own; leaving it checks that no payload is outstanding, or on the account.</summary>
internal sealed class ReceiverHarness : IAsyncDisposable
{
    public const string ComponentId = "otelcol.receiver.otlp.default";

    private readonly OtlpReceiver _receiver;

    private ReceiverHarness(OtlpReceiverOptions options, SignalConsumers consumers, TimeProvider time, ILoggerFactory loggers, long memory)
    {
        Budget = new MemoryBudget(memory);
        _receiver = new OtlpReceiver(options, consumers, new AccountedPayloadPool(Pool, Budget), new MemoryGate(Budget, Meters, time), Meters, loggers, time);
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = true })
        {
            // a net under the tests, not a part of any
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    public DebugPayloadPool Pool { get; } = new(traceRents: true);

    public MemoryBudget Budget { get; }

    public TestMeters Meters { get; } = new();

    public HttpClient Client { get; }

    public OtlpReceiver Receiver => _receiver;

    public IPEndPoint Grpc => _receiver.BoundEndpoints.Single(endpoint => endpoint.Transport == "grpc").Address;

    public IPEndPoint Http => _receiver.BoundEndpoints.Single(endpoint => endpoint.Transport == "http").Address;

    public static Task<ReceiverHarness> StartAsync(
        ISignalConsumer consumer, GrpcListenerOptions? grpc = null, HttpListenerOptions? http = null, TimeProvider? time = null, ILoggerFactory? loggers = null, long memory = long.MaxValue) =>
        StartAsync(new SignalConsumers { Traces = [consumer], Logs = [consumer], Metrics = [consumer] }, grpc, http, time, loggers, memory);

    public static async Task<ReceiverHarness> StartAsync(
        SignalConsumers consumers, GrpcListenerOptions? grpc = null, HttpListenerOptions? http = null, TimeProvider? time = null, ILoggerFactory? loggers = null, long memory = long.MaxValue)
    {
        var options = new OtlpReceiverOptions
        {
            ComponentId = ComponentId,
            Grpc = (grpc ?? new GrpcListenerOptions()) with { Endpoint = "127.0.0.1:0" },
            Http = (http ?? new HttpListenerOptions()) with { Endpoint = "127.0.0.1:0" },
        };
        var harness = new ReceiverHarness(options, consumers, time ?? TimeProvider.System, loggers ?? NullLoggerFactory.Instance, memory);
        await harness._receiver.StartAsync();
        return harness;
    }

    /// <summary>A unary call with this body.</summary>
    public Task<GrpcAnswer> CallAsync(Signal signal, byte[] body, params (string Name, string Value)[] headers) =>
        CallAsync(OrleansLb.Otlp.Grpc.OtlpServices.GrpcPathOf(signal), new ByteArrayContent(body), "application/grpc", headers);

    public async Task<GrpcAnswer> CallAsync(
        string path, HttpContent content, string? contentType, (string Name, string Value)[] headers, HttpMethod? method = null, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, $"http://{Grpc}{path}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = method == HttpMethod.Get ? null : content,
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("content-type", contentType);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Client.SendAsync(request, cancellation);
        byte[] body = await response.Content.ReadAsByteArrayAsync(cancellation);
        return GrpcAnswer.Of(response, body);
    }

    /// <summary>A request over HTTP/1.1.</summary>
    public async Task<HttpAnswer> PostAsync(
        string path, HttpContent content, string? contentType = "application/x-protobuf", string? encoding = null, HttpMethod? method = null,
        CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, $"http://{Http}{path}")
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = method == HttpMethod.Get ? null : content,
        };
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("content-type", contentType);
        if (encoding is not null)
            content.Headers.TryAddWithoutValidation("content-encoding", encoding);
        using var response = await Client.SendAsync(request, cancellationToken);
        return new HttpAnswer(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.ToString(),
            response.Headers.TryGetValues("retry-after", out var values) ? values.Single() : null,
            await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Client.Dispose();
        await _receiver.StopAsync(patience.Token);
        await _receiver.DisposeAsync();
        Meters.Dispose();

        // a client that has gone is not waited for, but its request is still given back
        await Eventually.Holds(() => Pool.Outstanding == 0);
        Pool.AssertClean();
        Assert.Equal(0, Budget.UsedFor(MemoryKind.Payload));
    }
}
