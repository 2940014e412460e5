using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;

namespace OrleansLb.Silo.CommandLine;

/// <summary>What <c>orleanslb ring</c> was asked for.</summary>
internal sealed record RingOptions
{
    /// <summary>The backends, no two alike.</summary>
    public required IReadOnlyList<Backend> Endpoints { get; init; }

    /// <summary>Those of them that leave.</summary>
    public IReadOnlyList<string> Remove { get; init; } = [];

    /// <summary>Others that join; with a weight of its own one of those that leave.</summary>
    public IReadOnlyList<Backend> Add { get; init; } = [];

    /// <summary>The rings to compare.</summary>
    public required IReadOnlyList<RingKind> Rings { get; init; }

    /// <summary>Whether the change goes on from the table before it.</summary>
    public ReplicaMode Replicas { get; init; }

    /// <summary>How many random trace IDs are placed, at least one.</summary>
    public int Keys { get; init; } = 100_000;

    /// <summary>Which random trace IDs.</summary>
    public uint Seed { get; init; } = 1;

    /// <summary>Answer in JSON.</summary>
    public bool Json { get; init; }
}
