using OrleansLb.Otlp;

namespace OrleansLb.Silo.Load;

/// <summary>What a <see cref="TraceGenerator"/> sends, and how.</summary>
internal sealed record TraceLoadOptions
{
    /// <summary>The OTLP/gRPC endpoint (plain HTTP/2), <c>host:port</c>.</summary>
    public required string Target { get; init; }

    /// <summary>
    /// More endpoints of the same service. The workers share all of them, and one that gets no answer goes on to the next, with the same request: it may then arrive twice.
    /// </summary>
    public IReadOnlyList<string> MoreTargets { get; init; } = [];

    /// <summary>Spans in one request; a multiple of <see cref="SpansPerTrace"/>.</summary>
    public int SpansPerRequest { get; init; } = 1000;

    /// <summary>Spans of one trace.</summary>
    public int SpansPerTrace { get; init; } = 10;

    /// <summary>Over how many requests the spans of one trace are spread; above 1 only the balancer can bring them together.</summary>
    public int RequestsPerTrace { get; init; } = 1;

    /// <summary>
    /// From a trace's first request to its last, as far as the rate allows; meanwhile the requests of other traces are sent. Zero: the requests of a trace follow each
    /// other. Not for compressed requests.
    /// </summary>
    public TimeSpan TraceLifetime { get; init; }

    /// <summary>Resources (services) in one request.</summary>
    public int Resources { get; init; } = 5;

    /// <summary>
    /// Distinct service names in all; 0 gives every request the same ones. Above 0 the services of each request are the next of this many,
    /// in turn. Compressed requests keep the names that they were built with.
    /// </summary>
    public int Services { get; init; }

    /// <summary>Attributes of a span.</summary>
    public int AttributesPerSpan { get; init; } = 8;

    /// <summary>The coding of the requests. Compressed requests are prepared once and sent again and again, with the same trace IDs.</summary>
    public ContentCoding Compression { get; init; } = ContentCoding.Identity;

    /// <summary>Requests on their way at the same time.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>Connections that share them.</summary>
    public int Connections { get; init; } = 1;

    /// <summary>Upper limit of the rate; null sends as fast as the answers come.</summary>
    public double? SpansPerSecond { get; init; }

    /// <summary>Pause before a request that was answered with UNAVAILABLE is sent again.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether a delay that the receiver asks for (<c>RetryInfo</c>) takes the place of <see cref="RetryDelay"/>, as in clients that go by the specification.</summary>
    public bool HeedsRetryInfo { get; init; }

    /// <summary>Told of every batch whose requests were all answered, by the worker that sent it; null when nobody asks.</summary>
    public Action<TraceRange>? Sent { get; init; }

    /// <summary>The same seed yields the same bytes.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How large requests are at a rate: about forty a second keep a table lively, and big ones keep the generator cheap.</summary>
    public static int SpansPerRequestAt(int spansPerSecond, int spansPerTrace) => Math.Clamp(spansPerSecond / 40 / spansPerTrace * spansPerTrace, spansPerTrace, 1000);
}
