using System.Text;
using OrleansLb.Ingress.HotKeys;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Ingress.Tests.HotKeys;

public sealed class HeavyHittersTests
{
    private readonly Random _random;
    private readonly string _seed;

    public HeavyHittersTests(ITestOutputHelper output)
    {
        int seed = TestSeed.Choose(output.WriteLine);
        _random = new Random(seed);
        _seed = $"{TestSeed.Variable}={seed}";
    }

    [Fact]
    public void As_many_keys_as_fit_are_counted_exactly()
    {
        var sketch = new HeavyHitters(17);
        var truth = new Dictionary<int, long>();
        for (int i = 0; i < 10_000; i++)
            Add(sketch, truth, _random.Next(16), _random.Next(1, 100));

        Assert.Equal((truth.Count, truth.Values.Sum(), 0), (sketch.Count, sketch.Total, sketch.Floor));
        for (int i = 0; i < sketch.Count; i++)
        {
            var entry = sketch.Entries[i];
            Assert.Equal((truth[Key(entry)], 0), (entry.Items, entry.Error));
            Assert.Equal($"key {Key(entry)}", Encoding.UTF8.GetString(sketch.TextOf(i)));
        }
    }

    // the guarantees of Space-Saving, on streams from even to as good as one key, whose heavy keys come early, late or all the time
    [Theory]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(HotKeyMeter.Capacity)]
    public void Whoever_has_more_than_a_capacitys_share_is_kept_and_no_estimate_is_off_by_more(int capacity)
    {
        for (int run = 0; run < 12; run++)
        {
            var sketch = new HeavyHitters(capacity);
            var truth = new Dictionary<int, long>();
            double skew = 0.2 + (run * 0.25);
            int keys = _random.Next(capacity, 20 * capacity), drift = _random.Next(2) * keys;
            for (int i = 0; i < 20_000; i++)
            {
                int key = (int)(Math.Pow(_random.NextDouble(), 1 + (skew * 3)) * keys) + (drift * (i / 5000));
                Add(sketch, truth, key, _random.Next(4) == 0 ? _random.Next(1, 500) : 1);
            }

            var kept = Kept(sketch);
            long bound = sketch.Total / capacity;
            Assert.Equal(truth.Values.Sum(), sketch.Total);
            Assert.Equal(sketch.Total, kept.Values.Sum(static e => e.Items));
            Assert.True(sketch.Count <= capacity && sketch.Floor <= bound, _seed);
            foreach (var (key, items) in truth)
            {
                if (kept.TryGetValue(key, out var entry))
                    Assert.True(entry.Items >= items && entry.Items - entry.Error <= items && entry.Error <= bound, $"{_seed}: {key} has {items}, estimate {entry.Items}, error {entry.Error}, bound {bound}");
                else
                    Assert.True(items <= sketch.Floor, $"{_seed}: {key} has {items} of {sketch.Total} and is not kept by {capacity}");
            }
        }
    }

    [Fact]
    public void The_slot_and_backend_are_those_of_the_last_addition()
    {
        var sketch = new HeavyHitters(2);
        sketch.Add(1, "x"u8, 1, slot: 3, "a", 1);
        sketch.Add(1, "x"u8, 1, slot: 4, "b", 1);
        Assert.Equal((4, "b"), (sketch.Entries[0].Slot, sketch.Entries[0].Backend));
    }

    [Fact]
    public void Of_a_long_identifier_the_beginning_is_kept_and_a_short_one_that_takes_its_place_is_whole()
    {
        var sketch = new HeavyHitters(1);
        byte[] text = Encoding.ASCII.GetBytes(new string('x', 300));
        sketch.Add(1, text, text.Length, 0, "a", 1);
        Assert.Equal(300, sketch.Entries[0].Length);
        Assert.Equal(text[..HeavyHitters.LongestText], sketch.TextOf(0).ToArray());

        sketch.Add(2, "short"u8, 5, 0, "a", 1);
        Assert.Equal("short"u8.ToArray(), sketch.TextOf(0).ToArray());
        Assert.Equal((2, 1), (sketch.Entries[0].Items, sketch.Entries[0].Error));
    }

    [Fact]
    public void A_full_sketch_allocates_nothing_however_many_keys_come()
    {
        var sketch = new HeavyHitters(HotKeyMeter.Capacity);
        byte[] identifier = new byte[16];
        AddMany();

        Assert.Equal(0, AllocatedBytes.LeastOf(AddMany));
        Assert.Equal(HotKeyMeter.Capacity, sketch.Count);

        void AddMany()
        {
            for (int i = 0; i < 10_000; i++)
            {
                _random.NextBytes(identifier);
                sketch.Add((ulong)_random.NextInt64(), identifier, identifier.Length, 0, "a", 1);
            }
        }
    }

    private static void Add(HeavyHitters sketch, Dictionary<int, long> truth, int key, int items)
    {
        byte[] text = Encoding.UTF8.GetBytes($"key {key}");
        sketch.Add((ulong)key, text, text.Length, 0, "backend", items);
        truth[key] = truth.GetValueOrDefault(key) + items;
    }

    private static int Key(HeavyHitter entry) => (int)entry.Hash;

    private static Dictionary<int, HeavyHitter> Kept(HeavyHitters sketch) => sketch.Entries.ToArray().ToDictionary(Key);
}
