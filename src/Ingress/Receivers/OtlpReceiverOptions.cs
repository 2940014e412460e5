namespace OrleansLb.Ingress.Receivers;

/// <summary>One <c>otelcol.receiver.otlp</c> block.</summary>
public sealed record OtlpReceiverOptions
{
    /// <summary>The component's ID, for example <c>otelcol.receiver.otlp.default</c>.</summary>
    public required string ComponentId { get; init; }

    /// <summary>The gRPC listener; null when the block is absent.</summary>
    public GrpcListenerOptions? Grpc { get; init; }

    /// <summary>The HTTP listener; null when the block is absent.</summary>
    public HttpListenerOptions? Http { get; init; }

    /// <summary>Component IDs of the consumers of traces.</summary>
    public IReadOnlyList<string> Traces { get; init; } = [];

    /// <summary>Component IDs of the consumers of logs.</summary>
    public IReadOnlyList<string> Logs { get; init; } = [];

    /// <summary>Component IDs of the consumers of metrics.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = [];
}
