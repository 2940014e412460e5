using System.Collections.Immutable;

namespace OrleansLb.Grains.Membership;

/// <summary>What the resolver grain says of the ring at one epoch; nobody changes it after it was made.</summary>
[GenerateSerializer, Immutable, Alias("orleanslb.RoutingSnapshot")]
public sealed record RoutingSnapshot
{
    /// <summary>Nothing has been resolved yet.</summary>
    public static RoutingSnapshot None { get; } = new();

    /// <summary>Grows by one with every change; 0 before the first resolution.</summary>
    [Id(0)]
    public long Epoch { get; init; }

    /// <summary>The taken seats, by slot.</summary>
    [Id(1)]
    public ImmutableArray<SlotAssignment> Slots { get; init; } = [];

    /// <summary>The ring slot of each of the 16,384 partitions as they were dealt out; empty where the table follows from <see cref="Slots"/>.</summary>
    [Id(2)]
    public ImmutableArray<ushort> Partitions { get; init; } = [];

    /// <summary>Vacant seats that keep their partitions for a replacement, by slot, as they were when their backends left.</summary>
    [Id(3)]
    public ImmutableArray<SlotAssignment> Held { get; init; } = [];

    /// <summary>There are no seats because the list of backends became too old to be used.</summary>
    [Id(4)]
    public bool Lapsed { get; init; }

    /// <summary>Where there are no seats, why the last resolution failed; otherwise null. It does not make a new epoch.</summary>
    [Id(8)] // 5 to 7 are left to what is part of the table
    public string? Failure { get; init; }
}
