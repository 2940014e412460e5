using System.Collections.Immutable;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Grains.Routing;

/// <summary>An immutable snapshot of the ring: routing identifier → ring slot → backend. Swapped by reference, read without locks.</summary>
public abstract class RoutingTable : IKeyRouter
{
    private readonly SlotAssignment?[] _seats;

    /// <summary>Takes over the seats of a snapshot.</summary>
    protected RoutingTable(RoutingSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        Epoch = snapshot.Epoch;
        Slots = snapshot.Slots;
        SlotLimit = Slots.IsEmpty ? 0 : Slots.Max(static s => s.Slot) + 1;
        _seats = new SlotAssignment?[SlotLimit];
        foreach (var assignment in Slots)
            _seats[assignment.Slot] = assignment;
    }

    /// <summary>The table that a snapshot describes. Costs up to a few milliseconds: make it once per snapshot, off the path of requests.</summary>
    /// <exception cref="ArgumentException">The snapshot contradicts itself.</exception>
    public static RoutingTable From(RoutingSnapshot snapshot, RingKind ring) => ring switch
    {
        RingKind.Partitions => new PartitionedTable(snapshot),
        RingKind.Collector => new CollectorRingTable(snapshot, CollectorRingParameters.Current),
        RingKind.Collector36000 => new CollectorRingTable(snapshot, CollectorRingParameters.Legacy),
        _ => throw new ArgumentOutOfRangeException(nameof(ring), ring, "no such ring"),
    };

    /// <summary>Grows with every change of the membership; 0 before the first resolution.</summary>
    public long Epoch { get; }

    /// <summary>The taken seats.</summary>
    public ImmutableArray<SlotAssignment> Slots { get; }

    /// <summary>Nobody to send to: <see cref="SlotOf"/> must not be asked.</summary>
    public bool IsEmpty => Slots.IsEmpty;

    /// <inheritdoc/>
    public int SlotLimit { get; }

    /// <summary>The slot that owns each partition, or each position of a Collector ring; empty when the table is.</summary>
    public abstract ReadOnlySpan<ushort> SlotOfPosition { get; }

    /// <inheritdoc/>
    public abstract int SlotOf(ReadOnlySpan<byte> routingIdentifier);

    /// <summary>The backend on a seat, or null when the seat is vacant.</summary>
    public string? BackendOf(int slot) => SeatOf(slot)?.Backend;

    /// <summary>A seat and who sits on it, or null when it is vacant.</summary>
    public SlotAssignment? SeatOf(int slot) => (uint)slot < (uint)_seats.Length ? _seats[slot] : null;
}
