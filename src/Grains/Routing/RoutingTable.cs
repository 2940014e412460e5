using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Grains.Routing;

/// <summary>An immutable snapshot of the ring: routing identifier → ring slot → backend. Swapped by reference, read without locks.</summary>
public abstract class RoutingTable : IKeyRouter
{
    private readonly SlotAssignment?[] _seats;
    private readonly SlotAssignment?[] _held;
    private StrongBox<long>? _fingerprint;

    /// <summary>Takes over the seats of a snapshot.</summary>
    protected RoutingTable(RoutingSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        Epoch = snapshot.Epoch;
        Slots = snapshot.Slots;
        Held = snapshot.Held.IsDefault ? [] : snapshot.Held;
        Lapsed = snapshot.Lapsed;
        _seats = BySlot(Slots);
        _held = BySlot(Held);
        SlotLimit = Math.Max(_seats.Length, _held.Length);
    }

    /// <summary>The table that a snapshot describes. Costs up to a tenth of a second: make it once per snapshot, off the path of requests.</summary>
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

    /// <summary>The vacant seats that keep their keys and queues for a replacement, as they were when their backends left.</summary>
    public ImmutableArray<SlotAssignment> Held { get; }

    /// <summary>Empty because the list of backends became too old to be used, not because there never was one.</summary>
    public bool Lapsed { get; }

    /// <summary>Nobody to send to: <see cref="SlotOf"/> must not be asked.</summary>
    public bool IsEmpty => Slots.IsEmpty;

    /// <inheritdoc/>
    public int SlotLimit { get; }

    /// <summary>The slot that owns each partition, or each position of a Collector ring; empty when the table is.</summary>
    public abstract ReadOnlySpan<ushort> SlotOfPosition { get; }

    /// <inheritdoc/>
    public abstract int SlotOf(ReadOnlySpan<byte> routingIdentifier);

    /// <summary>Where among <see cref="SlotOfPosition"/> an identifier falls.</summary>
    /// <param name="routingIdentifier">The identifier.</param>
    /// <param name="hash">Its XXH64, which the caller needs anyway.</param>
    internal abstract int PositionOf(ReadOnlySpan<byte> routingIdentifier, ulong hash);

    /// <summary>
    /// A number that two tables share when they send every key to the same endpoint, whatever their slots and epochs, and hardly ever otherwise: 53 bits, so that
    /// a metric's floating-point number holds it exactly. 0 of an empty table.
    /// </summary>
    public long Fingerprint => LazyInitializer.EnsureInitialized(ref _fingerprint, () => new StrongBox<long>(RingFingerprint.Of(this))).Value;

    /// <summary>The backend that takes what a seat gets; null when the seat is vacant, or its backend ejected.</summary>
    public string? BackendOf(int slot) => SeatOf(slot) is { IsEjected: false } seat ? seat.Backend : null;

    /// <summary>The backend on a seat, or on one that is kept for a replacement the backend that left; null when it is neither.</summary>
    public string? LastBackendOf(int slot) => (SeatOf(slot) ?? HeldSeatOf(slot))?.Backend;

    /// <summary>A seat and who sits on it, or null when it is vacant.</summary>
    public SlotAssignment? SeatOf(int slot) => (uint)slot < (uint)_seats.Length ? _seats[slot] : null;

    /// <summary>The epoch since which a seat has been taken or kept for a replacement without a break; null when it is neither.</summary>
    public long? SinceOf(int slot) => (SeatOf(slot) ?? HeldSeatOf(slot))?.Since;

    /// <summary>A vacant seat that is kept for a replacement, or null.</summary>
    public SlotAssignment? HeldSeatOf(int slot) => (uint)slot < (uint)_held.Length ? _held[slot] : null;

    private static SlotAssignment?[] BySlot(ImmutableArray<SlotAssignment> seats)
    {
        var bySlot = new SlotAssignment?[seats.IsEmpty ? 0 : seats.Max(static seat => seat.Slot) + 1];
        foreach (var seat in seats)
            bySlot[seat.Slot] = seat;
        return bySlot;
    }
}
