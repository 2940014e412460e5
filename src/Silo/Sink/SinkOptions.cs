using System.Net;

namespace OrleansLb.Silo.Sink;

/// <summary>How the <c>sink</c> role runs.</summary>
internal sealed record SinkOptions
{
    /// <summary>Address and port of the first OTLP/gRPC endpoint; port 0 takes any free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>How many OTLP/gRPC endpoints to open, on successive ports (or on any free ones).</summary>
    public int ListenCount { get; init; } = 1;

    /// <summary>Remember every trace ID and how many spans it had.</summary>
    public bool TrackTraces { get; init; }

    /// <summary>How long answers are held back; may be changed while it runs.</summary>
    public TimeSpan Delay { get; init; }
}
