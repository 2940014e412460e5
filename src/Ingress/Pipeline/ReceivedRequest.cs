using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Ingress.Pipeline;

/// <summary>An OTLP export request as a receiver hands it on: read whole, decompressed, and known to hold at least one item.</summary>
/// <param name="Signal">The signal.</param>
/// <param name="Payload">The request, uncompressed.</param>
/// <param name="ItemCount">Spans, log records or data points in it.</param>
public sealed record ReceivedRequest(Signal Signal, Payload Payload, int ItemCount)
{
    /// <summary>The request as it came, when it came compressed; lets a request that goes whole to one backend travel on as it is.</summary>
    public Payload? Compressed { get; init; }

    /// <summary>How long the client is willing to wait, from its <c>grpc-timeout</c>.</summary>
    public TimeSpan? Patience { get; init; }
}
