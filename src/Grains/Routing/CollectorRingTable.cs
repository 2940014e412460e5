using OrleansLb.Grains.Membership;
using OrleansLb.Otlp.Identity;

namespace OrleansLb.Grains.Routing;

/// <summary>
/// The Collector's own ring, bit for bit, so that a mixed fleet places keys alike. Every position's successor is worked out
/// when the table is built: a look-up is a CRC, a remainder and one array read.
/// </summary>
internal sealed class CollectorRingTable : RoutingTable
{
    private readonly ushort[] _slotOfPosition;

    public CollectorRingTable(RoutingSnapshot snapshot, CollectorRingParameters parameters)
        : base(snapshot)
    {
        if (IsEmpty)
        {
            _slotOfPosition = [];
            return;
        }

        var seats = Slots.RemoveAll(static seat => seat.IsEjected).Sort(static (x, y) => BackendOrder.Instance.Compare(x.Backend, y.Backend) is var order and not 0 ? order : x.Slot.CompareTo(y.Slot));
        var points = CollectorRing.Build([.. seats.Select(static s => s.Backend)], parameters);
        _slotOfPosition = new ushort[parameters.Positions];

        int from = 0;
        foreach (var point in points)
        {
            _slotOfPosition.AsSpan(from..(point.Position + 1)).Fill((ushort)seats[point.Endpoint].Slot);
            from = point.Position + 1;
        }

        // past the last point the ring begins again
        _slotOfPosition.AsSpan(from).Fill((ushort)seats[points[0].Endpoint].Slot);
    }

    public override ReadOnlySpan<ushort> SlotOfPosition => _slotOfPosition;

    public override int SlotOf(ReadOnlySpan<byte> routingIdentifier)
    {
        var slots = _slotOfPosition;
        return slots[Crc32.Hash(routingIdentifier) % (uint)slots.Length];
    }

    internal override int PositionOf(ReadOnlySpan<byte> routingIdentifier, ulong hash) =>
        (int)(Crc32.Hash(routingIdentifier) % (uint)_slotOfPosition.Length);
}
