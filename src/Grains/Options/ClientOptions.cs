using OrleansLb.Otlp;

namespace OrleansLb.Grains.Options;

/// <summary>How the OTLP/gRPC client talks to a backend.</summary>
public sealed record ClientOptions
{
    /// <summary>Plain HTTP/2 without TLS.</summary>
    public bool Insecure { get; init; }

    /// <summary>The coding of what is sent.</summary>
    public ContentCoding Compression { get; init; } = ContentCoding.Gzip;

    /// <summary>Headers sent with every request.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}
