using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Grains.Tests.Exporting;

/// <summary>Routing tables that the test publishes.</summary>
internal sealed class FakeTables : IRoutingTables
{
    private readonly PublishedTable _published = new(RoutingTable.From(RoutingSnapshot.None, RingKind.Collector));

    public RoutingTable Newest => _published.Current;

    public RoutingTable Current(string componentId) => _published.Current;

    public Task<RoutingTable> NewerThan(string componentId, long epoch, CancellationToken cancellationToken) =>
        _published.NewerThan(epoch, cancellationToken);

    /// <summary>Publishes a ring with these backends on these seats, at the next epoch.</summary>
    public void Seat(params (int Slot, string Backend)[] seats) =>
        _published.Publish(RoutingTable.From(SnapshotOf(seats), RingKind.Collector));

    /// <summary>Publishes a table that gives every key to one slot, even while nobody sits there.</summary>
    public void HoldForSlot(int owner, params (int Slot, string Backend)[] seats) =>
        _published.Publish(new OneSlotTable(owner, SnapshotOf(seats)));

    /// <summary>Publishes what the resolver grain would make of a membership.</summary>
    public void Publish(MembershipState state) => _published.Publish(RoutingTable.From(state.ToSnapshot(), RingKind.Partitions));

    private RoutingSnapshot SnapshotOf((int Slot, string Backend)[] seats) => new()
    {
        Epoch = _published.Current.Epoch + 1,
        Slots = [.. seats.Select(seat => new SlotAssignment(seat.Slot, seat.Backend, Newest.SeatOf(seat.Slot)?.Since ?? Newest.Epoch + 1))],
    };

    private sealed class OneSlotTable(int owner, RoutingSnapshot snapshot) : RoutingTable(snapshot)
    {
        public override ReadOnlySpan<ushort> SlotOfPosition => throw new NotSupportedException();

        public override int SlotOf(ReadOnlySpan<byte> routingIdentifier) => owner;

        internal override int PositionOf(ReadOnlySpan<byte> routingIdentifier, ulong hash) => throw new NotSupportedException();
    }
}
