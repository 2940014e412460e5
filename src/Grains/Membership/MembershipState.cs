using System.Collections.Immutable;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;

namespace OrleansLb.Grains.Membership;

/// <summary>Who sits on which seat and owns which partitions; what the resolver grain persists. Changes are pure functions.</summary>
[GenerateSerializer, Immutable, Alias("orleanslb.MembershipState")]
internal sealed record MembershipState
{
    /// <summary>Nobody has joined yet.</summary>
    public static MembershipState Empty { get; } = new();

    /// <summary>Grows with every change.</summary>
    [Id(0)]
    public long Epoch { get; init; }

    /// <summary>The taken seats, by slot.</summary>
    [Id(1)]
    public ImmutableArray<SlotAssignment> Slots { get; init; } = [];

    /// <summary>The ring slot of each partition; empty with the Collector's rings.</summary>
    [Id(2)]
    public ImmutableArray<ushort> Partitions { get; init; } = [];

    /// <summary>The most backends that a ring can hold: one partition each, or as many as a slot number can tell apart.</summary>
    public static int Limit(RingKind ring) => ring == RingKind.Partitions ? Partitioning.Count : ushort.MaxValue;

    /// <summary>
    /// The state after the membership has become <paramref name="backends"/>, or this one if nothing changes. From
    /// <see cref="Empty"/> it depends on nothing but the set of backends.
    /// </summary>
    /// <param name="backends">The endpoints, in any order. Duplicates count once, but each by itself on the Collector's rings, where they weigh double.</param>
    /// <param name="ring">How keys map to backends.</param>
    /// <exception cref="ArgumentException">More backends than <see cref="Limit"/>.</exception>
    public MembershipState Apply(IEnumerable<string> backends, RingKind ring)
    {
        bool partitioned = ring == RingKind.Partitions;
        var wanted = (partitioned ? backends.Distinct(StringComparer.Ordinal) : backends).Order(BackendOrder.Instance).ToArray();
        if (wanted.Length > Limit(ring))
            throw new ArgumentException($"{wanted.Length} backends are more than the {Limit(ring)} that the ring can hold", nameof(backends));

        // a ring moves the leaver's keys to its neighbours, so the joiner is no replacement that could go on with its queue
        var slots = SeatPlan.Seat(Slots, wanted, Epoch + 1, replaceLeavers: partitioned);
        var partitions = partitioned ? PartitionPlan.Deal(Partitions, slots) : [];
        return slots.SequenceEqual(Slots) && partitions.AsSpan().SequenceEqual(Partitions.AsSpan())
            ? this
            : new MembershipState { Epoch = Epoch + 1, Slots = slots, Partitions = partitions };
    }

    /// <summary>What the silos are told.</summary>
    public RoutingSnapshot ToSnapshot() => new() { Epoch = Epoch, Slots = Slots, Partitions = Partitions };
}
