using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Compression;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Bench.Roles;

/// <summary>
/// Sends every request whole to the next backend and answers when the backend has: the least that a proxy on this HTTP stack can do.
/// </summary>
internal sealed class RelayConsumer(IReadOnlyList<IOtlpClient> backends, ContentCoding coding) : ISignalConsumer
{
    private static readonly TimeSpan AttemptTimeout = new LoadBalancingOptions
    {
        ComponentId = "",
        Resolver = new ResolverOptions.Static([]),
    }.Timeout;

    private uint _turn;

    public string ComponentId => "relay";

    public async ValueTask<ConsumeResult> ConsumeAsync(ReceivedRequest request, CancellationToken cancellationToken)
    {
        var backend = backends[(int)(Interlocked.Increment(ref _turn) % (uint)backends.Count)];
        var payload = Outgoing(request);
        try
        {
            var outcome = await backend.Export(request.Signal, payload, AttemptTimeout, cancellationToken).ConfigureAwait(false);
            return outcome.IsSuccess ? ConsumeResult.Accepted : new ConsumeResult(ConsumeStatus.Unavailable, outcome.ToString());
        }
        finally
        {
            payload.Release();
        }
    }

    // What came gzipped and goes out gzipped travels as it is.
    private Payload Outgoing(ReceivedRequest request) => coding switch
    {
        ContentCoding.Gzip when request.Compressed is { } asItCame => asItCame.Retain(),
        ContentCoding.Gzip => GzipEncoder.Encode(PayloadPool.Shared, request.Payload.Message.Span),
        _ => request.Payload.Retain(),
    };
}
