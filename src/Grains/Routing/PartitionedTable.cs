using System.Runtime.InteropServices;
using OrleansLb.Grains.Membership;

namespace OrleansLb.Grains.Routing;

/// <summary>The default table: hash → partition → ring slot, as the resolver grain dealt the partitions out.</summary>
internal sealed class PartitionedTable : RoutingTable
{
    private readonly ushort[] _slots;

    /// <exception cref="ArgumentException">The snapshot does not say the slot of every partition, or names a vacant one.</exception>
    public PartitionedTable(RoutingSnapshot snapshot)
        : base(snapshot)
    {
        _slots = ImmutableCollectionsMarshal.AsArray(snapshot.Partitions) ?? [];
        if (IsEmpty)
            return;
        if (_slots.Length != Partitioning.Count)
            throw new ArgumentException($"a table of {_slots.Length} partitions instead of {Partitioning.Count}", nameof(snapshot));
        foreach (ushort slot in _slots)
        {
            if (SinceOf(slot) is null)
                throw new ArgumentException($"a partition belongs to ring slot {slot}, which is vacant", nameof(snapshot));
        }
    }

    public override ReadOnlySpan<ushort> SlotOfPosition => _slots;

    public override int SlotOf(ReadOnlySpan<byte> routingIdentifier) => _slots[Partitioning.Of(routingIdentifier)];

    internal override int PositionOf(ReadOnlySpan<byte> routingIdentifier, ulong hash) => Partitioning.OfHash(hash);
}
