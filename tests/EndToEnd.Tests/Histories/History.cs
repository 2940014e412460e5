using System.Collections.Immutable;

namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>What happened, as clients, backends, the driver and <c>/metrics</c> saw it. Times count from its begin.</summary>
internal sealed record History
{
    public required ImmutableArray<string> Backends { get; init; }

    public required IReadOnlyList<ClientAttempt> Attempts { get; init; }

    public required IReadOnlyList<Receipt> Receipts { get; init; }

    /// <summary>In the order of their times; the first one is the membership at the begin.</summary>
    public required IReadOnlyList<MembershipChange> Changes { get; init; }

    public IReadOnlyList<Disturbance> Disturbances { get; init; } = [];

    public required IReadOnlyList<BalancerLife> Lives { get; init; }

    public IReadOnlyList<MemorySample> Memory { get; init; } = [];

    public HistoryRules Rules { get; init; } = new();
}
