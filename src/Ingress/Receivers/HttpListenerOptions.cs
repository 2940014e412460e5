using OrleansLb.Otlp;

namespace OrleansLb.Ingress.Receivers;

/// <summary>The OTLP/HTTP listener of a receiver.</summary>
public sealed record HttpListenerOptions
{
    /// <summary>Where to listen, <c>host:port</c>.</summary>
    public string Endpoint { get; init; } = "0.0.0.0:4318";

    /// <summary>The path of traces.</summary>
    public string TracesPath { get; init; } = "/v1/traces";

    /// <summary>The path of logs.</summary>
    public string LogsPath { get; init; } = "/v1/logs";

    /// <summary>The path of metrics.</summary>
    public string MetricsPath { get; init; } = "/v1/metrics";

    /// <summary>Largest body in bytes, on the wire.</summary>
    public long MaxRequestBodySize { get; init; } = 20L << 20;

    /// <summary>How long nothing may come of a body that has not ended; zero: for ever.</summary>
    public TimeSpan ReadIdleTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Largest body in bytes once it is decompressed; null: the same as <see cref="MaxRequestBodySize"/>, as in the Collector.</summary>
    public long? MaxDecompressedSize { get; init; }
}
