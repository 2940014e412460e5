using System.Text;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Routing;

public sealed class PartitionedTableTests
{
    private static readonly RoutingSnapshot Three = MembershipState.Empty.Apply(["a", "b", "c"], RingKind.Partitions).ToSnapshot();

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
        Assert.Throws<ArgumentException>(() => RoutingTable.From(Three with { Partitions = [] }, RingKind.Partitions));
        Assert.Throws<ArgumentException>(() => RoutingTable.From(Three with { Partitions = Three.Partitions.SetItem(7, 3) }, RingKind.Partitions));
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
