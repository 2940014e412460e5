using OrleansLb.Grains.Handover;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Handover;

public sealed class KeyHandoverTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly int[] Keys = [.. Enumerable.Range(0, 1000)];
    private static readonly int[] NewKeys = [.. Enumerable.Range(1000, 1000)];

    [Theory]
    [InlineData(RingKind.Partitions)]
    [InlineData(RingKind.Collector)]
    [InlineData(RingKind.Collector36000)]
    public void Keys_seen_before_a_join_stay_and_new_ones_go_to_the_joiner_until_the_window_ends(RingKind ring)
    {
        var balancer = new HandoverRing(ring, default, ReplicaMode.Alone, new Backend("a"), new Backend("b"), new Backend("c"));
        int[] before = balancer.Route(Keys);
        Assert.Equal(balancer.OwnersOf(Keys), before);
        var former = balancer.Table;
        balancer.Change("a", "b", "c", "d");
        Assert.NotEmpty(balancer.MovedSince(former));

        Assert.Equal(before, balancer.Route(Keys));
        Assert.Equal(balancer.OwnersOf(NewKeys), balancer.Route(NewKeys));
        balancer.Time.Advance(HandoverRing.Window - TimeSpan.FromTicks(1));
        Assert.Equal(before, balancer.Route(Keys));
        Assert.Equal(balancer.OwnersOf(NewKeys), balancer.Route(NewKeys));

        balancer.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(balancer.OwnersOf(Keys), balancer.Route(Keys));
        Assert.Equal(balancer.OwnersOf(NewKeys), balancer.Route(NewKeys));
    }

    [Fact]
    public void Only_the_moved_partitions_are_under_hand_over_and_none_when_the_window_has_ended()
    {
        var balancer = HandoverRing.Of("a", "b", "c");
        balancer.Route(0);
        Assert.Equal(0, balancer.Handover.Partitions);
        var former = balancer.Table;
        balancer.Change("a", "b", "c", "d");
        balancer.Route(0);
        Assert.Equal(Partitioning.Count / 4, balancer.Handover.Partitions);
        balancer.Route(Keys);
        int moved = balancer.MovedSince(former).Length;
        Assert.Equal(moved > 0 && former.SlotOf(HandoverRing.Key(0)) != balancer.OwnerOf(0) ? 2 : 0, balancer.Handover.KeptKeys);

        balancer.Time.Advance(HandoverRing.Window);
        Assert.Equal(0, balancer.Handover.Partitions);
    }

    [Fact]
    public void Kept_keys_are_counted_each_time_and_others_are_not()
    {
        var balancer = HandoverRing.Of("a", "b", "c");
        balancer.Route(Keys);
        var former = balancer.Table;
        balancer.Change("a", "b", "c", "d");
        balancer.Route(Keys);
        balancer.Route(NewKeys);
        balancer.Route(Keys);
        Assert.Equal(2 * balancer.MovedSince(former).Length, balancer.Handover.KeptKeys);
        Assert.Equal(0, balancer.Handover.CutShort);
    }

    [Fact]
    public void Keys_stay_as_well_in_a_table_that_follows_from_its_seats()
    {
        var balancer = new HandoverRing(RingKind.Partitions, default, ReplicaMode.Several, new Backend("a"), new Backend("b"), new Backend("c"));
        int[] before = balancer.Route(Keys);
        balancer.Change("a", "b", "c", "d");
        Assert.Equal(before, balancer.Route(Keys));
        Assert.InRange(NewKeys.Count(key => balancer.Route(key) != balancer.OwnerOf(key)), 0, NewKeys.Length / 100);
        balancer.Time.Advance(HandoverRing.Window);
        Assert.Equal(balancer.OwnersOf(Keys), balancer.Route(Keys));
    }

    [Fact]
    public void Nobody_keeps_the_keys_of_a_backend_that_left()
    {
        var balancer = HandoverRing.Of("a", "b", "c");
        balancer.Route(Keys);
        balancer.Change("a", "c");
        Assert.Equal(balancer.OwnersOf(Keys), balancer.Route(Keys));
        Assert.Equal(0, balancer.Handover.Partitions);
    }

    [Fact]
    public void When_a_backend_leaves_that_keeps_keys_they_go_to_their_new_owner_at_once_and_do_not_come_back_with_it()
    {
        var balancer = new HandoverRing(RingKind.Partitions, TimeSpan.FromMinutes(1), ReplicaMode.Alone, new Backend("a"), new Backend("b"));
        balancer.Route(Keys);
        var former = balancer.Table;
        balancer.Change("a", "b", "c");
        balancer.Route(Keys);
        int[] kept = balancer.MovedSince(former);
        int[] byA = [.. kept.Where(key => former.BackendOf(former.SlotOf(HandoverRing.Key(key))) == "a")];
        int[] byB = [.. kept.Except(byA)];
        balancer.Time.Advance(Second);
        balancer.Change("b", "c");

        Assert.NotNull(balancer.Table.HeldSeatOf(0));
        Assert.Equal(balancer.OwnersOf(byA), balancer.Route(byA));
        Assert.All(balancer.Route(byB), slot => Assert.Equal("b", balancer.Table.BackendOf(slot)));
        balancer.Change("a", "b", "c");
        Assert.Equal(balancer.OwnersOf(byA), balancer.Route(byA));
    }

    [Fact]
    public void A_replacement_on_the_seat_goes_on_with_the_seats_partitions_and_not_with_the_kept_keys()
    {
        var balancer = new HandoverRing(RingKind.Partitions, TimeSpan.FromMinutes(1), ReplicaMode.Alone, new Backend("a"), new Backend("b"));
        int[] before = balancer.Route(Keys);
        var former = balancer.Table;
        balancer.Change("a", "b", "c");
        balancer.Route(Keys);
        balancer.Change("b", "c", "newA");
        Assert.Equal("newA", balancer.Table.BackendOf(0));
        int[] byA = [.. balancer.MovedSince(former).Where(key => before[key] == 0)];
        int[] byB = [.. balancer.MovedSince(former).Where(key => before[key] == 1)];

        Assert.Equal(balancer.OwnersOf(byA), balancer.Route(byA));
        Assert.All(balancer.Route(byB), static slot => Assert.Equal(1, slot));

        // what the replacement has been sent since is its own, and it lives
        int[] others = [.. Keys.Where(key => balancer.OwnerOf(key) == 0)];
        balancer.Route(others);
        balancer.Time.Advance(Second);
        balancer.Change("b", "c", "newA", "d");
        Assert.All(balancer.Route(others), static slot => Assert.Equal(0, slot));
    }

    [Fact]
    public void A_backend_that_is_drained_by_its_weight_keeps_what_it_has()
    {
        var balancer = HandoverRing.Of("a", "b");
        int[] before = balancer.Route(Keys);
        balancer.Change(new Backend("a", 0), new Backend("b"));
        Assert.Equal(before, balancer.Route(Keys));
        Assert.All(balancer.Route(NewKeys), static slot => Assert.Equal(1, slot));
    }

    [Fact]
    public void While_a_partition_moves_on_within_its_window_each_key_stays_with_the_first_owner_that_it_had()
    {
        var balancer = HandoverRing.Of("a", "b");
        int[] before = balancer.Route(Keys);
        balancer.Time.Advance(Second);
        balancer.Change("a", "b", "c");
        int[] between = balancer.Route(NewKeys);
        balancer.Time.Advance(HandoverRing.Window - Second);
        balancer.Change("a", "b", "c", "d", "e", "f");
        Assert.Equal(before, balancer.Route(Keys));
        Assert.Equal(between, balancer.Route(NewKeys));

        // the windows of partitions that moved once end, those of the others began anew
        balancer.Time.Advance(Second);
        balancer.Route(Keys);
        Assert.InRange(balancer.Handover.Partitions, 1, Partitioning.Count * 2 / 3);
        balancer.Time.Advance(HandoverRing.Window - Second);
        Assert.Equal(balancer.OwnersOf(Keys), balancer.Route(Keys));
        Assert.Equal(balancer.OwnersOf(NewKeys), balancer.Route(NewKeys));
        Assert.Equal(0, balancer.Handover.CutShort);
    }

    [Fact]
    public void A_key_that_came_back_to_its_first_owner_is_known_there_when_the_partition_moves_again()
    {
        var balancer = HandoverRing.Of("a", "b", "e");
        int[] before = balancer.Route(Keys);
        balancer.Change("a", "b", "e", "c");
        balancer.Route(NewKeys);
        var withC = balancer.Table;
        balancer.Change(new Backend("a"), new Backend("b"), new Backend("e"), new Backend("c", 0));
        int[] back = [.. Keys.Where(key => before[key] == balancer.OwnerOf(key) && withC.SlotOf(HandoverRing.Key(key)) == 3)];
        int[] keptByC = [.. NewKeys.Where(key => withC.SlotOf(HandoverRing.Key(key)) == 3)];
        Assert.All(balancer.Route(keptByC), static slot => Assert.Equal(3, slot));

        // seen by the first owner all the time, and by nobody else
        for (int i = 0; i < 4; i++)
        {
            Assert.All(back, key => Assert.Equal(before[key], balancer.Route(key)));
            balancer.Time.Advance(HandoverRing.Window / 2);
        }

        balancer.Change("a", "b", "e", "c", "d", "f");
        Assert.Contains(back, key => before[key] != balancer.OwnerOf(key));
        Assert.All(back, key => Assert.Equal(before[key], balancer.Route(key)));
    }

    [Fact]
    public void What_was_kept_until_the_window_ended_belongs_to_the_new_owner_from_then_on()
    {
        var balancer = HandoverRing.Of("a", "b");
        balancer.Route(Keys);
        balancer.Change("a", "b", "c");
        balancer.Route(Keys);
        balancer.Time.Advance(HandoverRing.Window);
        int[] after = balancer.Route(Keys);
        Assert.Equal(balancer.OwnersOf(Keys), after);
        balancer.Time.Advance(Second);
        balancer.Change("a", "b", "c", "d");
        Assert.Equal(after, balancer.Route(Keys));
    }

    [Fact]
    public void Keys_count_as_seen_for_a_window_at_least_and_are_new_after_two()
    {
        var balancer = HandoverRing.Of("a", "b", "c");
        int[] before = balancer.Route(Keys);
        var former = balancer.Table;
        balancer.Time.Advance(HandoverRing.Window - TimeSpan.FromTicks(1));
        balancer.Change("a", "b", "c", "d");
        Assert.Equal(before, balancer.Route(Keys));

        var idle = HandoverRing.Of("a", "b", "c");
        idle.Route(Keys);
        idle.Time.Advance(2 * HandoverRing.Window);
        idle.Change("a", "b", "c", "d");
        Assert.Equal(idle.OwnersOf(Keys), idle.Route(Keys));
        Assert.NotEmpty(idle.MovedSince(former));
    }

    [Fact]
    public void A_change_that_moves_nothing_takes_up_nothing()
    {
        var balancer = new HandoverRing(RingKind.Partitions, TimeSpan.FromMinutes(1), ReplicaMode.Alone, new Backend("a"), new Backend("b"));
        int[] before = balancer.Route(Keys);
        for (int i = 0; i < 20; i++)
        {
            balancer.Change("a");
            balancer.Route(0);
            balancer.Change("a", $"b{i}");
            Assert.Equal(before, balancer.Route(Keys));
        }

        Assert.Equal(1, balancer.Handover.Generations);
    }

    [Fact]
    public void A_request_with_a_table_that_is_no_longer_the_newest_goes_by_the_newest()
    {
        var balancer = HandoverRing.Of("a", "b");
        var old = balancer.Table;
        balancer.Route(0);
        balancer.Change("a", "b", "c");
        balancer.Route(0);
        Assert.Same(balancer.Table, balancer.Handover.RouterFor(old).Table);
    }

    [Fact]
    public void Two_filters_are_in_use_when_nothing_moves_and_after_a_hand_over_it_is_two_again()
    {
        var balancer = HandoverRing.Of("a", "b");
        for (int i = 0; i < 10; i++)
        {
            balancer.Route(Keys);
            balancer.Time.Advance(HandoverRing.Window);
        }

        Assert.InRange(balancer.Handover.Generations, 1, 2);
        balancer.Change("a", "b", "c");
        for (int i = 0; i < 10; i++)
        {
            balancer.Route(Keys);
            balancer.Time.Advance(HandoverRing.Window / 2);
        }

        Assert.InRange(balancer.Handover.Generations, 1, 2);
    }

    [Fact]
    public void Too_many_changes_in_a_window_end_the_oldest_hand_overs_early_and_say_so()
    {
        var balancer = HandoverRing.Of("a", "b");
        int[] before = balancer.Route(Keys);
        string[] backends = ["a", "b"];
        for (int i = 0; i < 12; i++)
        {
            balancer.Time.Advance(Second);
            backends = [.. backends, $"c{i:00}"];
            balancer.Change(backends);
            balancer.Route(NewKeys);
            Assert.InRange(balancer.Handover.Generations, 1, KeyHandover.MostGenerations);
        }

        Assert.True(balancer.Handover.CutShort > 0);
        Assert.NotEqual(before, balancer.Route(Keys));
    }

    [Fact]
    public void More_keys_than_the_memory_holds_shorten_the_time_that_is_remembered()
    {
        var balancer = HandoverRing.Of("a", "b");
        balancer.Route(Keys);
        var key = new byte[16];
        for (int i = 0; i < 5_000_000; i++)
        {
            BitConverter.TryWriteBytes(key, i);
            balancer.Handover.RouterFor(balancer.Table).SlotOf(key);
        }

        Assert.Equal(KeyHandover.MostGenerations, balancer.Handover.Generations);
        balancer.Change("a", "b", "c");

        // forgotten; full filters take a few for others
        Assert.InRange(Keys.Count(key => balancer.Route(key) != balancer.OwnerOf(key)), 0, Keys.Length / 20);
    }

    [Fact]
    public void Routing_allocates_nothing_with_and_without_a_hand_over()
    {
        var balancer = HandoverRing.Of("a", "b");
        byte[][] keys = [.. Keys.Select(HandoverRing.Key)];
        Assert.Equal(0, AllocatedBy(balancer, keys));
        balancer.Change("a", "b", "c");
        Assert.Equal(0, AllocatedBy(balancer, keys));
        Assert.True(balancer.Handover.KeptKeys > 0);
    }

    [Fact]
    public async Task While_requests_run_on_several_threads_no_key_that_was_seen_moves()
    {
        var balancer = HandoverRing.Of("a", "b", "c");
        int[] before = balancer.Route(Keys);
        byte[][] keys = [.. Keys.Select(HandoverRing.Key)];
        using var stop = new CancellationTokenSource();
        var table = balancer.Table;
        var threads = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            do
            {
                var router = balancer.Handover.RouterFor(Volatile.Read(ref table));
                for (int i = 0; i < keys.Length; i++)
                    Assert.Equal(before[i], router.SlotOf(keys[i]));
            }
            while (!stop.IsCancellationRequested);
        })).ToArray();

        string[] backends = ["a", "b", "c"];
        for (int i = 0; i < 5; i++)
        {
            backends = [.. backends, $"d{i}"];
            Volatile.Write(ref table, balancer.Change(backends));
            balancer.Route(Keys);
        }

        await stop.CancelAsync();
        await Task.WhenAll(threads);
    }

    private static long AllocatedBy(HandoverRing balancer, byte[][] keys) => AllocatedBytes.LeastOf(() =>
    {
        var router = balancer.Handover.RouterFor(balancer.Table);
        foreach (byte[] key in keys)
            router.SlotOf(key);
    });
}
