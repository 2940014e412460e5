using OrleansLb.Grains.Handover;
using OrleansLb.Grains.Routing;
using OrleansLb.Otlp.Identity;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Grains.Tests.Handover;

/// <summary>Random changes, keys and pauses, against a model that remembers every key exactly.</summary>
public sealed class HandoverModelTests
{
    private const int KeyCount = 3000;

    private readonly Random _random;
    private readonly string _seed;

    public HandoverModelTests(ITestOutputHelper output)
    {
        int seed = TestSeed.Choose(output.WriteLine);
        _random = new Random(seed);
        _seed = $"{TestSeed.Variable}={seed}";
    }

    [Fact]
    public void No_key_that_was_seen_moves_within_the_window_while_its_owner_lives_and_new_keys_follow_the_newest_table()
    {
        var balancer = HandoverRing.Of(Names(4));
        var model = new Model(balancer, _seed);
        for (int burst = 0; burst < 12; burst++)
        {
            for (int change = 0; change < 3; change++)
            {
                balancer.Change(Names(_random.Next(1, 9)));
                model.Changed();
                for (int i = _random.Next(3); i >= 0; i--)
                {
                    Look(model);
                    balancer.Time.Advance(HandoverRing.Window * _random.NextDouble() * 0.4);
                }
            }

            // so that the changes of a burst find room
            for (int i = 0; i < 6; i++)
            {
                Look(model);
                balancer.Time.Advance(HandoverRing.Window * _random.NextDouble() * 0.7);
            }
        }

        Assert.True(balancer.Handover.CutShort == 0, _seed);
        Assert.True(model.Kept > 0 && model.Released > 0 && model.Orphaned > 0, $"kept {model.Kept}, released {model.Released}, orphaned {model.Orphaned}; {_seed}");
    }

    [Fact]
    public void However_many_changes_there_are_the_record_is_bounded_and_nothing_goes_to_an_empty_seat()
    {
        var balancer = HandoverRing.Of(Names(4));
        for (int change = 0; change < 60; change++)
        {
            balancer.Change(Names(_random.Next(1, 12)));
            for (int i = 0; i < 300; i++)
            {
                int slot = balancer.Route(_random.Next(KeyCount));
                Assert.True(balancer.Table.BackendOf(slot) is not null, _seed);
            }

            Assert.True(balancer.Handover.Generations <= KeyHandover.MostGenerations, _seed);
            balancer.Time.Advance(HandoverRing.Window * _random.NextDouble() * 0.2);
        }

        balancer.Time.Advance(HandoverRing.Window);
        Assert.True(balancer.Handover.Partitions == 0, _seed);
    }

    private void Look(Model model)
    {
        for (int i = 0; i < 700; i++)
            model.Route(_random.Next(KeyCount));
    }

    // some names come and go more often than others
    private string[] Names(int count) => [.. Enumerable.Range(0, count).Select(_ => $"backend-{_random.Next(_random.Next(1, 14))}").Distinct()];

    private sealed class Model(HandoverRing balancer, string seed)
    {
        private readonly Dictionary<int, Sight> _last = [];
        private readonly Dictionary<int, DateTimeOffset> _moved = [];
        private RoutingTable _table = balancer.Table;

        public int Kept { get; private set; }

        public int Released { get; private set; }

        public int Orphaned { get; private set; }

        /// <summary>The router takes a change in with the next request, which comes at once.</summary>
        public void Changed()
        {
            var (now, before, after) = (balancer.Time.GetUtcNow(), _table, balancer.Table);
            balancer.Handover.RouterFor(after);
            foreach (var (key, last) in _last)
            {
                int position = PositionOf(key);
                bool isReleased = last.Slot != before.SlotOfPosition[position] && !IsOpen(position, now);
                bool isOrphaned = last.Slot != after.SlotOfPosition[position] && before.SeatOf(last.Slot) != after.SeatOf(last.Slot);
                if (isReleased || isOrphaned)
                    _last[key] = last with { IsOver = true };
            }

            for (int position = 0; position < before.SlotOfPosition.Length; position++)
            {
                if (before.SlotOfPosition[position] != after.SlotOfPosition[position])
                    _moved[position] = now;
            }

            _table = balancer.Table;
        }

        public void Route(int key)
        {
            var now = balancer.Time.GetUtcNow();
            int owner = balancer.OwnerOf(key);
            int position = PositionOf(key);
            bool isOpen = IsOpen(position, now);
            int slot = balancer.Route(key);
            string what = $"key {key} went to slot {slot}; the newest table says {owner}, the window is open: {isOpen}, {_last.GetValueOrDefault(key)}; {seed}";
            if (!_last.TryGetValue(key, out var last) || last.IsOver || !isOpen)
                Assert.True(slot == owner, what);
            else if (last.At + HandoverRing.Window > _moved[position])
                Assert.True(slot == last.Slot, what);
            else
                Assert.True(slot == last.Slot || slot == owner, what);

            if (slot != owner)
                Kept++;
            else if (last is not null && last.Slot != owner && last.IsOver)
                Orphaned++;
            else if (last is not null && last.Slot != owner)
                Released++;
            _last[key] = new Sight(slot, now, IsOver: false);
        }

        private bool IsOpen(int position, DateTimeOffset now) => _moved.TryGetValue(position, out var moved) && now < moved + HandoverRing.Window;

        private int PositionOf(int key) => _table.PositionOf(HandoverRing.Key(key), XxHash64.Hash(HandoverRing.Key(key)));
    }

    /// <param name="Slot">Where the key went last.</param>
    /// <param name="At">When.</param>
    /// <param name="IsOver">It will not go there again for having been there: the backend is gone, or the window has ended.</param>
    private sealed record Sight(int Slot, DateTimeOffset At, bool IsOver);
}
