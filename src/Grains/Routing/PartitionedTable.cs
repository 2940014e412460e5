using System.Numerics;
using System.Runtime.InteropServices;
using OrleansLb.Grains.Membership;
using OrleansLb.Otlp.Identity;

namespace OrleansLb.Grains.Routing;

/// <summary>
/// The default table: hash → partition → ring slot as the resolver grain dealt the partitions out, or hash → cell → ring slot where that
/// follows from the seats.
/// </summary>
internal sealed class PartitionedTable : RoutingTable
{
    private readonly ushort[] _slots;
    private readonly int _shift;

    /// <exception cref="ArgumentException">The snapshot says the slots of some partitions only, or names a vacant one.</exception>
    public PartitionedTable(RoutingSnapshot snapshot)
        : base(snapshot)
    {
        _slots = ImmutableCollectionsMarshal.AsArray(snapshot.Partitions) ?? [];
        if (IsEmpty)
            return;
        if (_slots.Length == 0)
            _slots = RendezvousPlan.Deal(Slots);
        else if (_slots.Length != Partitioning.Count)
            throw new ArgumentException($"a table of {_slots.Length} partitions instead of {Partitioning.Count}", nameof(snapshot));
        if (_slots.Length == 0)
            throw new ArgumentException("no seat may own a partition", nameof(snapshot));
        foreach (ushort slot in _slots)
        {
            if (SinceOf(slot) is null)
                throw new ArgumentException($"a partition belongs to ring slot {slot}, which is vacant", nameof(snapshot));
        }

        _shift = 64 - BitOperations.Log2((uint)_slots.Length);
    }

    public override ReadOnlySpan<ushort> SlotOfPosition => _slots;

    public override int SlotOf(ReadOnlySpan<byte> routingIdentifier) => _slots[(int)(XxHash64.Hash(routingIdentifier) >> _shift)];

    internal override int PositionOf(ReadOnlySpan<byte> routingIdentifier, ulong hash) => (int)(hash >> _shift);
}
