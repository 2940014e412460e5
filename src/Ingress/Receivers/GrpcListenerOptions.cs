namespace OrleansLb.Ingress.Receivers;

/// <summary>The OTLP/gRPC listener of a receiver.</summary>
public sealed record GrpcListenerOptions
{
    /// <summary>Where to listen, <c>host:port</c>.</summary>
    public string Endpoint { get; init; } = "0.0.0.0:4317";

    /// <summary>Largest message in bytes, on the wire.</summary>
    public long MaxReceiveMessageSize { get; init; } = 4L << 20;

    /// <summary>Largest message in bytes once it is decompressed.</summary>
    public long MaxDecompressedSize { get; init; } = 64L << 20;

    /// <summary>How long nothing may come of a body that has not ended; zero: for ever.</summary>
    public TimeSpan ReadIdleTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Streams per connection; zero leaves it to the server.</summary>
    public int MaxConcurrentStreams { get; init; }
}
