using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Testing;
using static OrleansLb.Grains.Tests.Membership.ResolverGrainHost;

namespace OrleansLb.Grains.Tests.Membership;

/// <summary>The resolver grain when other replicas may route to the same backends: nothing that they cannot know has a say.</summary>
public sealed class ResolverReplicasTests
{
    private static readonly MembershipOptions Several = new() { Debounce = TimeSpan.Zero };

    [Fact]
    public async Task A_joiner_has_a_seat_of_its_own_and_a_leavers_seat_is_not_kept_whatever_the_window()
    {
        await using var host = await Start(Several, new ScriptedStorage(), "10.0.0.1", "10.0.0.2");
        await host.Snapshot();
        host.Lookup.Answer("10.0.0.2", "10.0.0.3");
        await host.ResolveAgain();
        var snapshot = await host.Snapshot();
        Assert.Equal([new(1, "10.0.0.2:4317", 1), new(2, "10.0.0.3:4317", 2)], snapshot.Slots.ToArray());
        Assert.Empty(snapshot.Held);

        // one that sits where another sat is seen to have another seating
        host.Lookup.Answer("10.0.0.2", "10.0.0.3", "10.0.0.4");
        await host.ResolveAgain();
        Assert.Equal(new SlotAssignment(0, "10.0.0.4:4317", 3), (await host.Snapshot()).Slots[0]);
    }

    [Fact]
    public async Task Replicas_with_different_lives_agree()
    {
        await using var one = await Start(Several, new ScriptedStorage(), "10.0.0.1", "10.0.0.2", "10.0.0.3");
        await using var other = await Start(Several, new ScriptedStorage(), "10.0.0.9", "10.0.0.3");
        var former = await other.Snapshot();
        await one.Snapshot();
        other.Lookup.Answer("10.0.0.3", "10.0.0.2", "10.0.0.1");
        await other.ResolveAgain();
        Assert.NotEqual((await one.Snapshot()).Slots.ToArray(), (await other.Snapshot()).Slots.ToArray());
        Assert.Equal(Table(await one.Snapshot()).Fingerprint, Table(await other.Snapshot()).Fingerprint);
        Assert.NotEqual(Table(former).Fingerprint, Table(await other.Snapshot()).Fingerprint);
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.3")]
    [InlineData]
    public async Task A_state_with_a_history_is_brought_to_the_table_of_all_once_and_lets_its_held_seats_go(params string[] found)
    {
        var storage = new ScriptedStorage();
        var time = new FakeTime();
        var alone = new MembershipOptions { Debounce = TimeSpan.Zero, Replicas = ReplicaMode.Alone, ReplacementWindow = TimeSpan.FromHours(1) };
        await using (var host = await StartAsync(Options(alone), storage, time, "10.0.0.1", "10.0.0.2", "10.0.0.3"))
        {
            await host.Snapshot();
            host.Lookup.Answer("10.0.0.1", "10.0.0.3");
            await host.ResolveAgain();
            Assert.Single((await host.Snapshot()).Held);
        }

        await using (var updated = await StartAsync(Options(Several), storage, time, found))
        {
            var snapshot = await updated.Snapshot();
            Assert.Equal((3, 0, 0), (snapshot.Epoch, snapshot.Held.Length, snapshot.Partitions.Length));
            Assert.Equal([0, 2], snapshot.Slots.Select(static seat => seat.Slot));

            // what is queued for the seat is dealt out since nobody holds it any more
            Assert.Null(Table(snapshot).SinceOf(1));
        }

        int writes = storage.Writes;
        await using var again = await StartAsync(Options(Several), storage, time, found);
        Assert.Equal((3, writes), ((await again.Snapshot()).Epoch, storage.Writes));
    }

    private static RoutingTable Table(RoutingSnapshot snapshot) => RoutingTable.From(snapshot, RingKind.Partitions);

    private static LoadBalancingOptions Options(MembershipOptions membership) => new()
    {
        ComponentId = ComponentId,
        Resolver = new ResolverOptions.Dns("backends.test") { Interval = Interval, Timeout = LookupTimeout },
        Membership = membership,
    };

    private static Task<ResolverGrainHost> Start(MembershipOptions membership, ScriptedStorage storage, params string[] addresses) =>
        StartAsync(Options(membership), storage, null, addresses);
}
