using System.Text.Json;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Grains.Tests.Membership;

/// <summary>The invariants of seats and partitions, over random joins, leaves and replacements.</summary>
public sealed class MembershipPlanTests
{
    private const int Changes = 300;

    private readonly Random _random;
    private readonly string _seed;
    private int _named;

    public MembershipPlanTests(ITestOutputHelper output)
    {
        int seed = TestSeed.Choose(output.WriteLine);
        _random = new Random(seed);
        _seed = $"{TestSeed.Variable}={seed}";
    }

    [Theory]
    [MemberData(nameof(Weights))]
    public void Every_seat_holds_the_share_of_its_weight_to_one_partition_after_any_change(int[] weights)
    {
        foreach (var (_, after) in RandomChanges(RingKind.Partitions, weights))
        {
            var load = Load(after);
            Assert.Equal(Partitioning.Count, load.Values.Sum());
            foreach (var seat in after.Slots)
            {
                double share = Share(seat, after);
                int holds = load.GetValueOrDefault(seat.Slot);
                Assert.True(holds == Math.Floor(share) || holds == Math.Ceiling(share), $"{_seed}: {seat} holds {holds} with a share of {share}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Weights))]
    public void No_partition_moves_that_could_have_stayed(int[] weights)
    {
        foreach (var (before, after) in RandomChanges(RingKind.Partitions, weights))
            Assert.True(Moved(before, after) == LeastMoves(before, after), $"{_seed}: {Moved(before, after)} moved, {LeastMoves(before, after)} suffice");
    }

    [Fact]
    public void The_least_number_of_moves_is_that_of_the_best_way_to_round_the_shares()
    {
        foreach (var (before, after) in RandomChanges(RingKind.Partitions, [1, 2, 3, 7], most: 10))
        {
            var load = Load(before);
            int rest = Partitioning.Count - after.Slots.Sum(seat => (int)Math.Floor(Share(seat, after)));
            int least = int.MaxValue;
            for (int roundedUp = 0; roundedUp < 1 << after.Slots.Length; roundedUp++)
            {
                if (System.Numerics.BitOperations.PopCount((uint)roundedUp) != rest || !OnlyFractions(roundedUp, after))
                    continue;
                int kept = after.Slots.Select((seat, i) => Math.Min(
                    load.GetValueOrDefault(seat.Slot), (int)Math.Floor(Share(seat, after)) + ((roundedUp >> i) & 1))).Sum();
                least = Math.Min(least, Partitioning.Count - kept);
            }

            Assert.True(least == LeastMoves(before, after) && least == Moved(before, after), $"{_seed}: {Moved(before, after)} moved, {least} suffice");
        }

        static bool OnlyFractions(int roundedUp, MembershipState state) =>
            state.Slots.Select((seat, i) => (roundedUp >> i & 1) == 0 || Share(seat, state) % 1 != 0).All(static fits => fits);
    }

    [Fact]
    public void A_joiner_takes_the_seat_of_a_leaver_of_its_own_weight_and_nothing_moves()
    {
        var before = MembershipState.Empty.Apply([new("a", 2), new("b"), new("c", 3), new("d")], RingKind.Partitions, ReplicaMode.Alone);
        var after = before.Apply([new("e", 3), new("f"), new("g", 2), new("d")], RingKind.Partitions, ReplicaMode.Alone);
        Assert.Equal([("g", 2), ("f", 1), ("e", 3), ("d", 1)], after.Slots.Select(static s => (s.Backend, s.Weight)));
        Assert.True(before.Partitions.SequenceEqual(after.Partitions));
        Assert.All(after.Slots, static seat => Assert.Equal(1, seat.Since));
    }

    [Fact]
    public void A_joiner_of_another_weight_takes_the_lowest_seat_and_keeps_what_its_share_allows()
    {
        var before = MembershipState.Empty.Apply(["a", "b", "c", "d"], RingKind.Partitions, ReplicaMode.Alone);
        var after = before.Apply(["b", "c", "d", new("e", 5)], RingKind.Partitions, ReplicaMode.Alone);
        Assert.Equal(new SlotAssignment(0, "e", 1, 5), after.Slots[0]);

        // of 8 shares e has 5 instead of 2, the others one each instead of two
        Assert.Equal([10_240, 2048, 2048, 2048], Load(after).OrderBy(static p => p.Key).Select(static p => p.Value));
        Assert.Equal(3 * 2048, Moved(before, after));
    }

    [Fact]
    public void Another_weight_moves_the_difference_and_is_a_new_epoch_of_the_same_seating()
    {
        var before = MembershipState.Empty.Apply(["a", "b", "c"], RingKind.Partitions, ReplicaMode.Alone);
        var heavier = before.Apply(["a", new("b", 2), "c"], RingKind.Partitions, ReplicaMode.Alone);
        Assert.Equal([new(0, "a", 1), new(1, "b", 1, 2), new(2, "c", 1)], heavier.Slots.ToArray());
        Assert.Equal((2, 2731), (heavier.Epoch, Moved(before, heavier)));
        Assert.Same(heavier, heavier.Apply(["c", new("b", 2), "a"], RingKind.Partitions, ReplicaMode.Alone));

        var again = heavier.Apply(["a", "b", "c"], RingKind.Partitions, ReplicaMode.Alone);
        Assert.Null(again.Slots[1].SetWeight);
        Assert.Equal(8192 - 5462, Moved(heavier, again));
    }

    [Fact]
    public void A_backend_of_weight_zero_keeps_its_seat_and_owns_nothing()
    {
        var before = MembershipState.Empty.Apply(["a", "b", "c"], RingKind.Partitions, ReplicaMode.Alone);
        var draining = before.Apply(["a", new("b", 0), "c"], RingKind.Partitions, ReplicaMode.Alone);
        Assert.Equal(new SlotAssignment(1, "b", 1, 0), draining.Slots[1]);
        Assert.DoesNotContain(1, Load(draining).Keys);
        Assert.Equal(Load(before)[1], Moved(before, draining));

        var gone = draining.Apply(["a", "c"], RingKind.Partitions, ReplicaMode.Alone);
        Assert.Equal(0, Moved(draining, gone));
        var error = Assert.Throws<ArgumentException>(() => before.Apply([new("a", 0), new("b", 0)], RingKind.Partitions, ReplicaMode.Alone));
        Assert.Contains("every backend has the weight 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_that_was_stored_before_there_were_weights_is_read_as_it_was()
    {
        const string stored = "{\"Epoch\":4,\"Slots\":[{\"Slot\":1,\"Backend\":\"b\",\"Since\":2}],\"Partitions\":[]}";
        var state = JsonSerializer.Deserialize<MembershipState>(stored)!;
        Assert.Equal([new(1, "b", 2)], state.Slots.ToArray());
        Assert.Equal(1, state.Slots[0].Weight);

        var weighted = state.Apply([new("b", 2), new("c", 0)], RingKind.Partitions, ReplicaMode.Alone);
        Assert.Equal(weighted.Slots.ToArray(), JsonSerializer.Deserialize<MembershipState>(JsonSerializer.Serialize(weighted))!.Slots.ToArray());
    }

    [Fact]
    public void The_largest_weights_of_as_many_backends_as_fit_can_be_dealt()
    {
        var backends = Names(Partitioning.Count).Select(static (backend, i) => backend with { Weight = Backend.LargestWeight - (i % 2) });
        var load = Load(MembershipState.Empty.Apply(backends, RingKind.Partitions, ReplicaMode.Alone));
        Assert.InRange(load.Values.Max(), 1, 2);
    }

    [Fact]
    public void Whoever_stays_keeps_the_seat_and_joiners_take_the_seats_of_leavers_first()
    {
        foreach (var (before, after) in RandomChanges(RingKind.Partitions))
        {
            var was = before.Slots.ToDictionary(static s => s.Backend, static s => s.Slot);
            var @is = after.Slots.ToDictionary(static s => s.Backend, static s => s.Slot);
            Assert.All(was.Keys.Intersect(@is.Keys), backend => Assert.Equal(was[backend], @is[backend]));

            var leavers = was.Where(p => !@is.ContainsKey(p.Key)).Select(static p => p.Value).Order().ToArray();
            var joiners = @is.Where(p => !was.ContainsKey(p.Key)).Select(static p => p.Value).Order().ToArray();
            int replaced = Math.Min(leavers.Length, joiners.Length);
            Assert.True(joiners.Intersect(leavers).Order().SequenceEqual(leavers.Take(replaced)), _seed);

            var lowestFree = Enumerable.Range(0, 1000).Except(was.Values).Take(joiners.Length - replaced);
            Assert.True(joiners.Except(leavers).SequenceEqual(lowestFree), _seed);
        }
    }

    [Fact]
    public void As_many_joiners_as_leavers_move_nothing()
    {
        var before = MembershipState.Empty.Apply(Names(20), RingKind.Partitions, ReplicaMode.Alone);
        for (int change = 0; change < 50; change++)
        {
            int replaced = _random.Next(1, before.Slots.Length + 1);
            var staying = Shuffled(Backends(before)).Skip(replaced);
            var after = before.Apply([.. staying, .. Names(replaced)], RingKind.Partitions, ReplicaMode.Alone);

            Assert.True(before.Partitions.SequenceEqual(after.Partitions), _seed);
            Assert.Equal(before.Epoch + 1, after.Epoch);
            before = after;
        }
    }

    [Theory]
    [MemberData(nameof(Weights))]
    public void From_nothing_the_table_depends_on_the_set_of_backends_and_weights_only(int[] weights)
    {
        for (int run = 0; run < 30; run++)
        {
            Backend[] backends = [new("first"), .. Weighted(Names(_random.Next(1, 60)), weights)];
            var one = MembershipState.Empty.Apply(backends, RingKind.Partitions, ReplicaMode.Alone);
            var other = MembershipState.Empty.Apply([.. Shuffled(backends), backends[0]], RingKind.Partitions, ReplicaMode.Alone);

            Assert.Equal(one.Slots.ToArray(), other.Slots.ToArray());
            Assert.True(one.Partitions.SequenceEqual(other.Partitions), _seed);
            Assert.Equal(1, other.Epoch);
            Assert.Equal(backends.Select(static b => b.Endpoint).Order(StringComparer.Ordinal), one.Slots.Select(static s => s.Backend));
        }
    }

    [Theory]
    [MemberData(nameof(Weights))]
    public void Equal_changes_give_equal_tables_in_any_order_of_the_answer(int[] weights)
    {
        foreach (var (before, after) in RandomChanges(RingKind.Partitions, weights))
        {
            var again = before.Apply(Shuffled(Backends(after)), RingKind.Partitions, ReplicaMode.Alone);
            Assert.Equal(after.Slots.ToArray(), again.Slots.ToArray());
            Assert.True(after.Partitions.SequenceEqual(again.Partitions), _seed);
        }
    }

    [Theory]
    [MemberData(nameof(Weights))]
    public void The_same_membership_changes_nothing_not_even_the_epoch(int[] weights)
    {
        foreach (var (_, after) in RandomChanges(RingKind.Partitions, weights))
            Assert.Same(after, after.Apply(Shuffled(Backends(after)), RingKind.Partitions, ReplicaMode.Alone));
    }

    [Fact]
    public void Everybody_may_leave_and_come_back()
    {
        var gone = MembershipState.Empty.Apply(["a", "b"], RingKind.Partitions, ReplicaMode.Alone).Apply([], RingKind.Partitions, ReplicaMode.Alone);
        Assert.Empty(gone.Slots);
        Assert.Empty(gone.Partitions);

        var back = gone.Apply(["b"], RingKind.Partitions, ReplicaMode.Alone);
        Assert.Equal(3, back.Epoch);
        Assert.Equal([new SlotAssignment(0, "b", 3)], back.Slots.ToArray());
        Assert.Equal(Partitioning.Count, back.Partitions.Length);
    }

    [Fact]
    public void A_replacement_goes_on_with_the_seating_and_a_joiner_on_a_vacant_seat_begins_one()
    {
        var replaced = MembershipState.Empty.Apply(["a", "b"], RingKind.Partitions, ReplicaMode.Alone).Apply(["a", "c"], RingKind.Partitions, ReplicaMode.Alone);
        Assert.Equal([new(0, "a", 1), new(1, "c", 1)], replaced.Slots.ToArray());

        var joined = replaced.Apply(["a"], RingKind.Partitions, ReplicaMode.Alone).Apply(["a", "d"], RingKind.Partitions, ReplicaMode.Alone);
        Assert.Equal([new(0, "a", 1), new(1, "d", 4)], joined.Slots.ToArray());
    }

    [Fact]
    public void A_backend_per_partition_fits_and_one_more_does_not()
    {
        var full = MembershipState.Empty.Apply(Names(Partitioning.Count), RingKind.Partitions, ReplicaMode.Alone);
        Assert.Equal(Partitioning.Count, full.Partitions.Distinct().Count());

        var error = Assert.Throws<ArgumentException>(() => MembershipState.Empty.Apply(Names(Partitioning.Count + 1), RingKind.Partitions, ReplicaMode.Alone));
        Assert.Contains("16385 backends are more than the 16384", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void On_the_Collectors_ring_nobody_inherits_the_seat_of_a_leaver_in_the_same_change()
    {
        foreach (var (before, after) in RandomChanges(RingKind.Collector))
        {
            Assert.Empty(after.Partitions);
            var was = before.Slots.ToDictionary(static s => s.Slot, static s => s.Backend);
            Assert.All(after.Slots, seat => Assert.True(!was.TryGetValue(seat.Slot, out string? backend) || backend == seat.Backend, _seed));
        }
    }

    [Fact]
    public void On_the_Collectors_ring_a_duplicate_has_a_seat_of_its_own()
    {
        var state = MembershipState.Empty.Apply(["b", "a", "b"], RingKind.Collector);
        Assert.Equal([new(0, "a", 1), new(1, "b", 1), new(2, "b", 1)], state.Slots.ToArray());
        Assert.Same(state, state.Apply(["b", "b", "a"], RingKind.Collector));
        Assert.Equal([new(0, "a", 1), new(1, "b", 1)], state.Apply(["a", "b"], RingKind.Collector).Slots.ToArray());
    }

    [Fact]
    public void On_the_Collectors_ring_weights_are_not_looked_at()
    {
        var state = MembershipState.Empty.Apply(["a", "b"], RingKind.Collector);
        Assert.Same(state, state.Apply([new("a", 0), new("b", 5)], RingKind.Collector));
        Assert.Null(MembershipState.Empty.Apply([new("b", 5)], RingKind.Partitions, ReplicaMode.Alone).On(RingKind.Collector).Slots[0].SetWeight);
    }

    [Fact]
    public void Another_ring_keeps_the_seats()
    {
        var ring = MembershipState.Empty.Apply(["a", "b", "c"], RingKind.Collector).Apply(["b", "c"], RingKind.Collector);
        var partitioned = ring.Apply(["b", "c"], RingKind.Partitions, ReplicaMode.Alone);
        Assert.Equal(ring.Slots.ToArray(), partitioned.Slots.ToArray());
        Assert.Equal([1, 2], partitioned.Partitions.Select(static p => (int)p).Distinct().Order());
        Assert.Empty(partitioned.Apply(["b", "c"], RingKind.Collector).Partitions);
    }

    /// <summary>The weights that changes draw from.</summary>
    public static TheoryData<int[]> Weights { get; } = [[1], [1, 2], [0, 1, 1, 3, 10], [1, 7, 40, 1000]];

    private IEnumerable<(MembershipState Before, MembershipState After)> RandomChanges(RingKind ring, int[]? weights = null, int most = 200)
    {
        var state = MembershipState.Empty;
        for (int change = 0; change < Changes; change++)
        {
            int leaving = _random.Next(4) * _random.Next(4);
            Backend[] backends = [.. Shuffled(Backends(state)).Skip(leaving), .. Weighted(Names(_random.Next(4) * _random.Next(4)), weights)];
            for (int reweighted = _random.Next(4); reweighted > 0 && backends.Length > 0; reweighted--)
                backends[_random.Next(backends.Length)] = Weighted([backends[_random.Next(backends.Length)]], weights)[0];
            backends = [.. backends.DistinctBy(static b => b.Endpoint)];
            if (backends.Length > most || backends.All(static b => b.Weight == 0))
                backends = [.. Names(1), .. Weighted(Names(_random.Next(Math.Min(40, most))), weights)];

            var next = state.Apply(backends, ring, ReplicaMode.Alone);
            yield return (state, next);
            state = next;
        }
    }

    private Backend[] Names(int count) => [.. Enumerable.Range(0, count).Select(_ => new Backend($"10.{_named++ % 7}.{_named}.1:4317"))];

    private Backend[] Weighted(Backend[] backends, int[]? weights) =>
        weights is null ? backends : [.. backends.Select(backend => backend with { Weight = weights[_random.Next(weights.Length)] })];

    private static Backend[] Backends(MembershipState state) => [.. state.Slots.Select(static s => new Backend(s.Backend, s.Weight))];

    private Backend[] Shuffled(Backend[] items)
    {
        _random.Shuffle(items);
        return items;
    }

    private static Dictionary<int, int> Load(MembershipState state) =>
        state.Partitions.GroupBy(static slot => (int)slot).ToDictionary(static g => g.Key, static g => g.Count());

    private static int Moved(MembershipState before, MembershipState after) =>
        before.Partitions.IsEmpty ? Partitioning.Count : before.Partitions.Zip(after.Partitions).Count(static p => p.First != p.Second);

    private static double Share(SlotAssignment seat, MembershipState state) =>
        (double)Partitioning.Count * seat.Weight / state.Slots.Sum(static s => (long)s.Weight);

    /// <summary>
    /// Partitions without an owner must move, and each seat must give up what it has beyond its share rounded down; of those that have more
    /// than that, as many keep one as the rounding leaves over.
    /// </summary>
    private static int LeastMoves(MembershipState before, MembershipState after)
    {
        var load = Load(before);
        int kept = 0, rest = Partitioning.Count, couldKeepOneMore = 0;
        foreach (var seat in after.Slots)
        {
            double share = Share(seat, after);
            int floor = (int)Math.Floor(share), held = load.GetValueOrDefault(seat.Slot);
            rest -= floor;
            kept += Math.Min(held, floor);
            if (held > floor && share % 1 != 0)
                couldKeepOneMore++;
        }

        return Partitioning.Count - kept - Math.Min(rest, couldKeepOneMore);
    }
}
