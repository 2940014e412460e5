using System.Text;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Routing;

public sealed class PartitionedTableTests
{
    private static readonly RoutingSnapshot Three = MembershipState.Empty.Apply(["a", "b", "c"], RingKind.Partitions, ReplicaMode.Alone).ToSnapshot();

    [Fact]
    public void An_identifier_belongs_to_the_slot_of_its_partition()
    {
        var table = RoutingTable.From(Three, RingKind.Partitions);
        for (int i = 0; i < 1000; i++)
        {
            byte[] identifier = Encoding.UTF8.GetBytes($"service-{i}");
            Assert.Equal(Three.Partitions[Partitioning.Of(identifier)], table.SlotOf(identifier));
        }

        Assert.Equal((1, 3), (table.Epoch, table.SlotLimit));
        Assert.Equal(["a", "b", "c", null], Enumerable.Range(0, 4).Select(table.BackendOf));
    }

    [Fact]
    public void Without_partitions_of_its_own_a_snapshot_makes_the_table_that_follows_from_its_seats()
    {
        var table = RoutingTable.From(Three with { Partitions = [] }, RingKind.Partitions);
        Assert.Equal(RendezvousPlan.Deal(Three.Slots), table.SlotOfPosition.ToArray());
        byte[] identifier = new byte[16];
        for (int i = 0; i < 1000; i++)
        {
            Random.Shared.NextBytes(identifier);
            ulong hash = XxHash64.Hash(identifier);
            int position = table.PositionOf(identifier, hash);
            Assert.Equal(Partitioning.OfHash(hash), position / Partitioning.CellsPerPartition);
            Assert.Equal(table.SlotOfPosition[position], table.SlotOf(identifier));
        }
    }

    [Theory]
    [InlineData(RingKind.Partitions)]
    [InlineData(RingKind.Collector)]
    [InlineData(RingKind.Collector36000)]
    public void Fingerprints_tell_of_endpoints_and_not_of_slots_and_epochs(RingKind ring)
    {
        var one = Table("a", "b", "c");
        var other = RoutingTable.From(
            MembershipState.Empty.Apply(["b", "x"], ring).Apply(["c", "b", "a"], ring).ToSnapshot(), ring);
        Assert.NotEqual(one.Slots.ToArray(), other.Slots.ToArray());
        Assert.Equal(one.Fingerprint, other.Fingerprint);
        Assert.NotEqual(one.Fingerprint, Table("a", "b", "d").Fingerprint);
        Assert.NotEqual(one.Fingerprint, Table("a", "b").Fingerprint);
        Assert.InRange(one.Fingerprint, 1, 1L << 53);
        Assert.Equal(0, RoutingTable.From(RoutingSnapshot.None, ring).Fingerprint);

        RoutingTable Table(params string[] backends) =>
            RoutingTable.From(MembershipState.Empty.Apply(backends.Select(Backend.FromString), ring).ToSnapshot(), ring);
    }

    [Theory]
    [InlineData(RingKind.Partitions)]
    [InlineData(RingKind.Collector)]
    [InlineData(RingKind.Collector36000)]
    public void Before_the_first_resolution_every_table_is_empty(RingKind ring)
    {
        var table = RoutingTable.From(RoutingSnapshot.None, ring);
        Assert.True(table.IsEmpty);
        Assert.Equal((0, 0), (table.Epoch, table.SlotLimit));
    }

    [Fact]
    public void A_snapshot_that_contradicts_itself_is_refused()
    {
        Assert.Throws<ArgumentException>(() => RoutingTable.From(Three with { Partitions = Three.Partitions[..^1] }, RingKind.Partitions));
        Assert.Throws<ArgumentException>(() => RoutingTable.From(Three with { Partitions = Three.Partitions.SetItem(7, 3) }, RingKind.Partitions));
        Assert.Throws<ArgumentException>(() => RoutingTable.From(new RoutingSnapshot { Slots = [new(0, "a", 1, 0)] }, RingKind.Partitions));
        Assert.Throws<ArgumentOutOfRangeException>(() => RoutingTable.From(Three, (RingKind)9));
    }

    [Fact]
    public void Looking_up_allocates_nothing()
    {
        byte[] identifier = new byte[16];
        foreach (var ring in Enum.GetValues<RingKind>())
        {
            var table = RoutingTable.From(Three, ring);
            table.SlotOf(identifier);
            Assert.Equal(0, AllocatedBytes.LeastOf(() =>
            {
                for (int i = 0; i < 1000; i++)
                    table.SlotOf(identifier);
            }));
        }
    }
}
