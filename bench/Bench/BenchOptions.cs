namespace OrleansLb.Bench;

/// <summary>How much is measured, and with what.</summary>
internal sealed record BenchOptions
{
    /// <summary>Which groups of scenarios to run; empty means all.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Only scenarios with one of these texts in their names; empty means all.</summary>
    public IReadOnlyList<string> Filters { get; init; } = [];

    /// <summary>Measured rounds of each scenario; the median counts.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Requests of one measured round.</summary>
    public int RequestsPerRound { get; init; } = 1000;

    /// <summary>Requests before the first measured round: enough for the hot path to reach the optimising compiler.</summary>
    public int WarmUpRequests { get; init; } = 5000;

    /// <summary>Requests on their way at the same time.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>Connections from the load generator to the balancer.</summary>
    public int Connections { get; init; } = 1;

    /// <summary>Load in spans per second; null sends as fast as the answers come.</summary>
    public double? SpansPerSecond { get; init; }

    /// <summary>The balancer's program (an executable or a .dll); null takes the one built along with the benchmark.</summary>
    public string? Program { get; init; }

    /// <summary>Sets of environment variables to compare in the group <c>variants</c>.</summary>
    public IReadOnlyList<Scenarios.Variant> Variants { get; init; } = [];

    /// <summary>File for the JSON, besides standard output.</summary>
    public string? JsonPath { get; init; }
}
