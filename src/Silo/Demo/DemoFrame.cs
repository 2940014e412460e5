namespace OrleansLb.Silo.Demo;

/// <summary>What the demo shows at one moment.</summary>
internal sealed record DemoFrame
{
    public required TimeSpan Elapsed { get; init; }

    public required TimeSpan Duration { get; init; }

    public required IReadOnlyList<BackendRow> Backends { get; init; }

    /// <summary>Spans that the balancer has acknowledged.</summary>
    public required long Sent { get; init; }

    /// <summary>Spans per second that arrived at the backends lately.</summary>
    public required double SpansPerSecond { get; init; }

    /// <summary>CPU of the balancer lately; 1 is one core.</summary>
    public required double Cores { get; init; }

    /// <summary>Resident memory of the balancer in bytes.</summary>
    public required double Memory { get; init; }

    /// <summary>Requests in the balancer's queues.</summary>
    public required double Queue { get; init; }

    /// <summary>Attempts of the balancer after first ones.</summary>
    public required double Retries { get; init; }

    /// <summary>Spans that arrived at the backends.</summary>
    public long Received => Backends.Sum(static b => b.Spans);

    /// <summary>Traces that arrived at the backends; a split one counts at each.</summary>
    public long Traces => Backends.Sum(static b => b.Traces);
}
