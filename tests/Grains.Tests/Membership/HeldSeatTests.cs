using System.Text.Json;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Grains.Tests.Membership;

/// <summary>Vacant seats that are kept for a replacement: what waits, what moves, and when.</summary>
public sealed class HeldSeatTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Random _random;
    private readonly string _seed;

    public HeldSeatTests(ITestOutputHelper output)
    {
        int seed = TestSeed.Choose(output.WriteLine);
        _random = new Random(seed);
        _seed = $"{TestSeed.Variable}={seed}";
    }

    [Fact]
    public void A_leavers_seat_keeps_its_partitions_until_the_window_ends_and_is_then_dealt_out()
    {
        var before = At(MembershipState.Empty, 0, "a", "b", "c");
        var held = At(before, 1, "a", "c");
        Assert.Equal([0, 2], held.Slots.Select(static s => s.Slot));
        Assert.Equal(new HeldSeat(new SlotAssignment(1, "b", 1), Start.AddSeconds(1)), Assert.Single(held.Held));
        Assert.True(before.Partitions.SequenceEqual(held.Partitions));
        Assert.Same(held, At(held, 10.9, "c", "a"));

        var dealt = At(held, 11, "a", "c");
        Assert.Empty(dealt.Held);
        Assert.Equal(3, dealt.Epoch);
        Assert.DoesNotContain((ushort)1, dealt.Partitions);
        Assert.Equal(before.Partitions.Count(static slot => slot == 1), Moved(before, dealt));
    }

    [Theory]
    [InlineData("d")]
    [InlineData("b")]
    public void Who_joins_in_the_window_takes_seat_and_partitions_and_nothing_moves(string joiner)
    {
        var before = At(MembershipState.Empty, 0, "a", "b", "c");
        var after = At(At(before, 1, "a", "c"), 9, "a", "c", joiner);
        Assert.Equal(new SlotAssignment(1, joiner, 1), after.Slots[1]);
        Assert.Empty(after.Held);
        Assert.True(before.Partitions.SequenceEqual(after.Partitions));
    }

    [Fact]
    public void Who_comes_back_takes_its_own_seat_before_others_take_it()
    {
        var before = At(MembershipState.Empty, 0, "a", "b", "c");
        var after = At(At(before, 1, "a"), 2, "a", "c", "0");
        Assert.Equal([(0, "a"), (1, "0"), (2, "c")], after.Slots.Select(static s => (s.Slot, s.Backend)));
    }

    [Fact]
    public void Of_the_vacant_seats_a_joiner_takes_one_of_its_own_weight_first()
    {
        var before = MembershipState.Empty.Apply([new("a"), new("b", 3), new("c", 2)], RingKind.Partitions, ReplicaMode.Alone, Start, Window);
        var held = before.Apply(["a"], RingKind.Partitions, ReplicaMode.Alone, Start, Window);
        var after = held.Apply([new("a"), new("z", 2)], RingKind.Partitions, ReplicaMode.Alone, Start.AddSeconds(1), Window);
        Assert.Equal(new SlotAssignment(2, "z", 1, 2), after.Slots[1]);
        Assert.Equal("b", Assert.Single(after.Held).Seat.Backend);
        Assert.True(before.Partitions.SequenceEqual(after.Partitions));
    }

    [Fact]
    public void A_joiner_that_is_seen_together_with_the_end_of_the_window_is_still_a_replacement()
    {
        var before = At(MembershipState.Empty, 0, "a", "b");
        var after = At(At(before, 0, "a"), 60, "a", "c");
        Assert.Equal("c", after.Slots[1].Backend);
        Assert.Equal(0, Moved(before, after));
    }

    [Fact]
    public void A_rolling_update_whose_leaves_and_joins_are_seen_apart_keeps_every_keys_seat()
    {
        string[] backends = [.. Enumerable.Range(0, 9).Select(static i => $"old-{i}")];
        var before = At(MembershipState.Empty, 0, backends);
        var state = before;
        double now = 0;
        for (int i = 0; i < backends.Length; i++)
        {
            state = At(state, now += 5, [.. backends.Where((_, b) => b != i)]);
            Assert.True(before.Partitions.SequenceEqual(state.Partitions));
            backends[i] = $"new-{i}";
            state = At(state, now += 5, backends);
            Assert.True(before.Partitions.SequenceEqual(state.Partitions));
        }

        Assert.Equal(backends, state.Slots.Select(static s => s.Backend));
        Assert.All(state.Slots, static seat => Assert.Equal(1, seat.Since));
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_keep_a_seat_for_longer_than_the_window()
    {
        var held = At(At(MembershipState.Empty, 3600, "a", "b"), 3600, "a");
        Assert.Empty(At(held, 0, "a").Held);
    }

    [Fact]
    public void On_the_Collectors_rings_no_seat_is_kept()
    {
        var state = MembershipState.Empty.Apply(["a", "b"], RingKind.Collector, ReplicaMode.Alone, Start, Window).Apply(["a"], RingKind.Collector, ReplicaMode.Alone, Start, Window);
        Assert.Empty(state.Held);
        var held = At(At(MembershipState.Empty, 0, "a", "b"), 0, "a");
        Assert.Empty(held.On(RingKind.Collector, ReplicaMode.Alone, Start, Window).Held);
    }

    [Fact]
    public void A_lapsed_list_tells_nobody_of_its_seats_and_gives_them_back_to_whoever_is_found_again()
    {
        var before = At(MembershipState.Empty, 0, "a", "b");
        var lapsed = before.Lapse();
        Assert.Equal(2, lapsed.Epoch);
        Assert.Same(lapsed, lapsed.Lapse());
        var table = RoutingTable.From(lapsed.ToSnapshot(), RingKind.Partitions);
        Assert.True(table is { IsEmpty: true, Lapsed: true });

        var back = At(lapsed, 900, "b", "a");
        Assert.Equal(3, back.Epoch);
        Assert.False(back.Lapsed);
        Assert.Equal(before.Slots.ToArray(), back.Slots.ToArray());
        Assert.True(before.Partitions.SequenceEqual(back.Partitions));
        Assert.Same(MembershipState.Empty, MembershipState.Empty.Lapse());
    }

    [Fact]
    public void What_was_stored_before_seats_were_kept_is_read_and_what_is_stored_now_comes_back()
    {
        var old = JsonSerializer.Deserialize<MembershipState>("{\"Epoch\":4,\"Slots\":[{\"Slot\":1,\"Backend\":\"b\",\"Since\":2}],\"Partitions\":[]}")!;
        Assert.Empty(old.Held);
        Assert.False(old.Lapsed);
        var state = At(At(old, 0, "b", "c"), 1, "c").Lapse();
        var read = JsonSerializer.Deserialize<MembershipState>(JsonSerializer.Serialize(state))!;
        Assert.Equal(state.Held.ToArray(), read.Held.ToArray());
        Assert.True(read.Lapsed);
    }

    /// <summary>
    /// Scripts of joins, leaves and times. Whatever waits in a queue has a seat to wait at or was dealt out because the window was over;
    /// nothing moves that could stay; the epoch grows by one with every change and only then; who sees the same makes the same table.
    /// </summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(0, 4)]
    public void Random_scripts_keep_the_invariants(int leastWeight, int largestWeight)
    {
        for (int script = 0; script < 12; script++)
        {
            var state = MembershipState.Empty;
            var twin = state;
            var now = Start;
            var alive = new List<Backend>();
            for (int step = 0, named = 0; step < 60; step++)
            {
                now = now.AddSeconds(_random.Next(16));
                for (int leaving = Math.Min(_random.Next(4), alive.Count); leaving > 0; leaving--)
                    alive.RemoveAt(_random.Next(alive.Count));
                for (int joining = _random.Next(4); joining > 0; joining--)
                    alive.Add(new Backend($"{_random.Next(10)}-{named++}", _random.Next(leastWeight, largestWeight + 1)));
                if (alive.All(static b => b.Weight == 0))
                    alive.Add(new Backend($"heavy-{named++}"));

                var next = state.Apply(alive, RingKind.Partitions, ReplicaMode.Alone, now, Window);
                Check(state, next, now);
                twin = twin.Apply(Shuffled(alive), RingKind.Partitions, ReplicaMode.Alone, now, Window);
                Assert.True(twin.Epoch == next.Epoch && twin.Slots.SequenceEqual(next.Slots) && twin.Partitions.SequenceEqual(next.Partitions), _seed);
                state = next;
            }
        }
    }

    private void Check(MembershipState before, MembershipState after, DateTimeOffset now)
    {
        Assert.True(after.Epoch == before.Epoch + (ReferenceEquals(before, after) ? 0 : 1), _seed);
        _ = RoutingTable.From(after.ToSnapshot(), RingKind.Partitions);
        var seatings = Seats(after).Select(static s => (s.Slot, s.Since)).ToHashSet();
        Assert.True(seatings.Count == Seats(after).Select(static s => s.Slot).Distinct().Count(), $"{_seed}: a seat twice");
        Assert.All(before.Slots, seat => Assert.True(seatings.Contains((seat.Slot, seat.Since)), $"{_seed}: {seat} has no window"));
        Assert.All(before.Held, held => Assert.True(
            seatings.Contains((held.Seat.Slot, held.Seat.Since)) || now - held.LeftAt >= Window, $"{_seed}: {held} ended too early"));
        Assert.All(after.Held, held => Assert.True(now - held.LeftAt < Window, $"{_seed}: {held} is kept too long"));
        if (!before.Partitions.IsEmpty)
            Assert.True(Moved(before, after) == LeastMoves(before, after), $"{_seed}: {Moved(before, after)} moved, {LeastMoves(before, after)} suffice");
    }

    private static MembershipState At(MembershipState state, double seconds, params string[] backends) =>
        state.Apply(backends.Select(Backend.FromString), RingKind.Partitions, ReplicaMode.Alone, Start.AddSeconds(seconds), Window);

    private static IEnumerable<SlotAssignment> Seats(MembershipState state) => state.Slots.Concat(state.Held.Select(static held => held.Seat));

    private static int Moved(MembershipState before, MembershipState after) =>
        before.Partitions.Zip(after.Partitions).Count(static p => p.First != p.Second);

    // what a seat has beyond its share must move; of those that have more than the share rounded down, some keep one
    private static int LeastMoves(MembershipState before, MembershipState after)
    {
        var load = before.Partitions.GroupBy(static slot => (int)slot).ToDictionary(static g => g.Key, static g => g.Count());
        double weights = Seats(after).Sum(static s => (long)s.Weight);
        int kept = 0, rest = Partitioning.Count, couldKeepOneMore = 0;
        foreach (var seat in Seats(after))
        {
            double share = Partitioning.Count * seat.Weight / weights;
            int floor = (int)Math.Floor(share), has = load.GetValueOrDefault(seat.Slot);
            rest -= floor;
            kept += Math.Min(has, floor);
            if (has > floor && share % 1 != 0)
                couldKeepOneMore++;
        }

        return Partitioning.Count - kept - Math.Min(rest, couldKeepOneMore);
    }

    private Backend[] Shuffled(List<Backend> backends)
    {
        Backend[] shuffled = [.. backends];
        _random.Shuffle(shuffled);
        return shuffled;
    }
}
