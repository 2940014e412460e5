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

    [Fact]
    public void Every_seat_holds_the_share_or_one_more_after_any_change()
    {
        foreach (var (_, after) in RandomChanges(RingKind.Partitions))
        {
            var load = Load(after);
            int share = Partitioning.Count / after.Slots.Length;
            Assert.Equal(after.Slots.Select(static s => s.Slot), load.Keys.Order());
            Assert.True(load.Values.All(count => count == share || count == share + 1), $"{_seed}: {string.Join(' ', load.Values)} with a share of {share}");
        }
    }

    [Fact]
    public void No_partition_moves_that_could_have_stayed()
    {
        foreach (var (before, after) in RandomChanges(RingKind.Partitions))
            Assert.True(Moved(before, after) == LeastMoves(before, after), $"{_seed}: {Moved(before, after)} moved, {LeastMoves(before, after)} suffice");
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
        var before = MembershipState.Empty.Apply(Names(20), RingKind.Partitions);
        for (int change = 0; change < 50; change++)
        {
            int replaced = _random.Next(1, before.Slots.Length + 1);
            var staying = Shuffled([.. before.Slots.Select(static s => s.Backend)]).Skip(replaced);
            var after = before.Apply([.. staying, .. Names(replaced)], RingKind.Partitions);

            Assert.True(before.Partitions.SequenceEqual(after.Partitions), _seed);
            Assert.Equal(before.Epoch + 1, after.Epoch);
            before = after;
        }
    }

    [Fact]
    public void From_nothing_the_table_depends_on_the_set_of_backends_only()
    {
        for (int run = 0; run < 30; run++)
        {
            string[] backends = Names(_random.Next(1, 60));
            var one = MembershipState.Empty.Apply(backends, RingKind.Partitions);
            var other = MembershipState.Empty.Apply([.. Shuffled(backends), backends[0]], RingKind.Partitions);

            Assert.Equal(one.Slots.ToArray(), other.Slots.ToArray());
            Assert.True(one.Partitions.SequenceEqual(other.Partitions), _seed);
            Assert.Equal(1, other.Epoch);
            Assert.Equal(backends.Order(StringComparer.Ordinal), one.Slots.Select(static s => s.Backend));
        }
    }

    [Fact]
    public void Equal_changes_give_equal_tables_in_any_order_of_the_answer()
    {
        foreach (var (before, after) in RandomChanges(RingKind.Partitions))
        {
            var again = before.Apply(Shuffled([.. after.Slots.Select(static s => s.Backend)]), RingKind.Partitions);
            Assert.Equal(after.Slots.ToArray(), again.Slots.ToArray());
            Assert.True(after.Partitions.SequenceEqual(again.Partitions), _seed);
        }
    }

    [Fact]
    public void The_same_membership_changes_nothing_not_even_the_epoch()
    {
        foreach (var (_, after) in RandomChanges(RingKind.Partitions))
            Assert.Same(after, after.Apply(Shuffled([.. after.Slots.Select(static s => s.Backend)]), RingKind.Partitions));
    }

    [Fact]
    public void Everybody_may_leave_and_come_back()
    {
        var gone = MembershipState.Empty.Apply(["a", "b"], RingKind.Partitions).Apply([], RingKind.Partitions);
        Assert.Empty(gone.Slots);
        Assert.Empty(gone.Partitions);

        var back = gone.Apply(["b"], RingKind.Partitions);
        Assert.Equal(3, back.Epoch);
        Assert.Equal([new SlotAssignment(0, "b", 3)], back.Slots.ToArray());
        Assert.Equal(Partitioning.Count, back.Partitions.Length);
    }

    [Fact]
    public void A_replacement_goes_on_with_the_seating_and_a_joiner_on_a_vacant_seat_begins_one()
    {
        var replaced = MembershipState.Empty.Apply(["a", "b"], RingKind.Partitions).Apply(["a", "c"], RingKind.Partitions);
        Assert.Equal([new(0, "a", 1), new(1, "c", 1)], replaced.Slots.ToArray());

        var joined = replaced.Apply(["a"], RingKind.Partitions).Apply(["a", "d"], RingKind.Partitions);
        Assert.Equal([new(0, "a", 1), new(1, "d", 4)], joined.Slots.ToArray());
    }

    [Fact]
    public void A_backend_per_partition_fits_and_one_more_does_not()
    {
        var full = MembershipState.Empty.Apply(Names(Partitioning.Count), RingKind.Partitions);
        Assert.Equal(Partitioning.Count, full.Partitions.Distinct().Count());

        var error = Assert.Throws<ArgumentException>(() => MembershipState.Empty.Apply(Names(Partitioning.Count + 1), RingKind.Partitions));
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
    public void Another_ring_keeps_the_seats()
    {
        var ring = MembershipState.Empty.Apply(["a", "b", "c"], RingKind.Collector).Apply(["b", "c"], RingKind.Collector);
        var partitioned = ring.Apply(["b", "c"], RingKind.Partitions);
        Assert.Equal(ring.Slots.ToArray(), partitioned.Slots.ToArray());
        Assert.Equal([1, 2], partitioned.Partitions.Select(static p => (int)p).Distinct().Order());
        Assert.Empty(partitioned.Apply(["b", "c"], RingKind.Collector).Partitions);
    }

    private IEnumerable<(MembershipState Before, MembershipState After)> RandomChanges(RingKind ring)
    {
        var state = MembershipState.Empty;
        for (int change = 0; change < Changes; change++)
        {
            string[] before = [.. state.Slots.Select(static s => s.Backend)];
            int leaving = _random.Next(4) * _random.Next(4);
            string[] backends = [.. Shuffled(before).Skip(leaving), .. Names(_random.Next(4) * _random.Next(4))];
            if (backends.Length is 0 or > 200)
                backends = Names(_random.Next(1, 40));

            var next = state.Apply(backends, ring);
            yield return (state, next);
            state = next;
        }
    }

    private string[] Names(int count) => [.. Enumerable.Range(0, count).Select(_ => $"10.{_named++ % 7}.{_named}.1:4317")];

    private string[] Shuffled(string[] items)
    {
        _random.Shuffle(items);
        return items;
    }

    private static Dictionary<int, int> Load(MembershipState state) =>
        state.Partitions.GroupBy(static slot => (int)slot).ToDictionary(static g => g.Key, static g => g.Count());

    private static int Moved(MembershipState before, MembershipState after) =>
        before.Partitions.IsEmpty ? Partitioning.Count : before.Partitions.Zip(after.Partitions).Count(static p => p.First != p.Second);

    /// <summary>Partitions without an owner must move, and each seat must give up what it has beyond its share, the odd ones staying where they are if possible.</summary>
    private static int LeastMoves(MembershipState before, MembershipState after)
    {
        var seats = after.Slots.Select(static s => s.Slot).ToHashSet();
        var kept = Load(before).Where(p => seats.Contains(p.Key)).Select(static p => p.Value).ToArray();
        var (share, odd) = Math.DivRem(Partitioning.Count, seats.Count);
        int excess = kept.Sum(count => Math.Max(0, count - share));
        int spared = Math.Min(odd, kept.Count(count => count > share));
        return Partitioning.Count - kept.Sum() + excess - spared;
    }
}
