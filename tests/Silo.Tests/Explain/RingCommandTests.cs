using System.Text.Json;

namespace OrleansLb.Silo.Tests.Explain;

public sealed class RingCommandTests
{
    private static readonly string[] AllRings = ["partitions", "collector", "collector-36000"];

    [Fact]
    public async Task Shares_spread_and_moves_of_every_ring_stand_side_by_side()
    {
        Assert.Equal(
            """
                                                           partitions         collector   collector-36000
            positions                                         262,144           131,071            36,000

            share of a:1                                      33.33 %           33.44 %           29.67 %
            share of b:2                                      33.33 %           33.94 %           30.10 %
            share of c:3                                      33.33 %           32.62 %           40.24 %
            fingerprint                              7288668271460626  5561096812608106  6105726311448391
            standard deviation / mean                          0.00 %            1.62 %           14.65 %
            largest / smallest                                  1.000             1.040             1.356
            standard deviation / mean, 100,000 keys            0.65 %            2.12 %           14.64 %
            largest / smallest, 100,000 keys                    1.016             1.050             1.352

            change: +d:4
            ideal                                             25.00 %           25.00 %           25.00 %
            moved                                             25.04 %           24.83 %           22.88 %
            moved between backends that stay                   0.04 %            0.00 %            0.00 %
            moved, 100,000 keys                               25.02 %           24.96 %           23.02 %

            share of a:1                                      25.00 %           28.92 %           24.24 %
            share of b:2                                      25.00 %           25.16 %           23.13 %
            share of c:3                                      25.00 %           21.09 %           29.76 %
            share of d:4                                      25.00 %           24.83 %           22.88 %
            fingerprint                              6643848808931296  1266566863832476  1517681831225739
            standard deviation / mean                          0.00 %           11.08 %           11.17 %
            largest / smallest                                  1.000             1.371             1.301
            standard deviation / mean, 100,000 keys            0.53 %           11.69 %           10.85 %
            largest / smallest, 100,000 keys                    1.015             1.397             1.288

            """,
            await Tool.OutputAsync("ring", "--endpoints", "a:1,b:2,c:3", "--add", "d:4"));
    }

    [Fact]
    public async Task One_ring_without_a_change_is_one_column_of_shares()
    {
        Assert.Equal(
            """
                                                       partitions
            positions                                     262,144

            share of a:1                                  50.00 %
            share of b:2                                  50.00 %
            fingerprint                          1324432154252977
            standard deviation / mean                      0.00 %
            largest / smallest                              1.000
            standard deviation / mean, 100 keys           12.00 %
            largest / smallest, 100 keys                    1.273

            """,
            await Tool.OutputAsync("ring", "--endpoints", "b:2,a:1", "--ring", "partitions", "--keys", "100"));
    }

    [Fact]
    public async Task Shares_and_keys_add_up_on_every_ring()
    {
        using var json = await JsonAsync("--endpoints", Backends(25), "--remove", "backend-3:4317,backend-7:4317", "--add", "new:1", "--keys", "5000", "--seed", "9");
        var root = json.RootElement;
        Assert.Equal(5000, root.GetProperty("keys").GetInt32());
        Assert.Equal(9, root.GetProperty("seed").GetInt32());
        Assert.Equal(["backend-3:4317", "backend-7:4317"], root.GetProperty("removed").EnumerateArray().Select(static e => e.GetString()));
        Assert.Equal(["new:1"], root.GetProperty("added").EnumerateArray().Select(static e => e.GetString()));
        Assert.Equal(AllRings, root.GetProperty("rings").EnumerateArray().Select(static ring => ring.GetProperty("ring").GetString()));
        foreach (var ring in root.GetProperty("rings").EnumerateArray())
        {
            foreach (var (when, count) in new[] { ("before", 25), ("after", 24) })
            {
                var backends = ring.GetProperty(when).GetProperty("backends").EnumerateArray().ToArray();
                Assert.Equal(count, backends.Length);
                Assert.Equal(count, backends.DistinctBy(static b => b.GetProperty("slot").GetInt32()).Count());
                Assert.Equal(ring.GetProperty("positions").GetInt32(), backends.Sum(static b => b.GetProperty("positions").GetInt32()));
                Assert.Equal(5000, backends.Sum(static b => b.GetProperty("keys").GetInt32()));
                Assert.Equal(1, backends.Sum(static b => b.GetProperty("share").GetDouble()), 9);
            }
        }
    }

    [Fact]
    public async Task Alone_a_replacement_moves_the_leavers_partitions_and_no_other()
    {
        using var json = await JsonAsync("--endpoints", Backends(10), "--remove", "backend-4:4317", "--add", "new:1", "--replicas", "alone");
        var ring = json.RootElement.GetProperty("rings")[0];
        var leaver = Share(ring.GetProperty("before"), "backend-4:4317");
        var joiner = Share(ring.GetProperty("after"), "new:1");
        Assert.Equal(leaver.GetProperty("slot").GetInt32(), joiner.GetProperty("slot").GetInt32());
        Assert.Equal(leaver.GetProperty("positions").GetInt32(), joiner.GetProperty("positions").GetInt32());
        Assert.Equal(leaver.GetProperty("share").GetDouble(), ring.GetProperty("change").GetProperty("moved").GetDouble());
        Assert.Equal(0.1, ring.GetProperty("change").GetProperty("ideal").GetDouble(), 12);
    }

    [Theory]
    [InlineData("--add", "new:1")]
    [InlineData("--remove", "backend-2:4317")]
    [InlineData("--remove", "backend-2:4317,backend-5:4317,backend-9:4317", "--add", "new:1")]
    public async Task Alone_partitions_move_the_ideal_and_nothing_between_those_who_stay(params string[] change)
    {
        using var json = await JsonAsync(["--endpoints", Backends(10), "--ring", "partitions", "--replicas", "alone", .. change]);
        var result = json.RootElement.GetProperty("rings")[0].GetProperty("change");
        // shares are whole partitions: one per backend at the most
        Assert.Equal(result.GetProperty("ideal").GetDouble(), result.GetProperty("moved").GetDouble(), 10.0 / 16_384);
        Assert.Equal(0, result.GetProperty("needless").GetDouble());
        Assert.Equal(result.GetProperty("moved").GetDouble(), result.GetProperty("measuredMoved").GetDouble(), 0.01);
    }

    [Theory]
    [InlineData(10, 0.05, "--add", "new:1")]
    [InlineData(10, 0.05, "--remove", "backend-2:4317")]
    [InlineData(10, 0.05, "--remove", "backend-2:4317,backend-5:4317,backend-9:4317")]
    [InlineData(40, 0.15, "--add", "new:1")]
    [InlineData(300, 0.3, "--remove", "backend-7:4317")]
    public async Task For_several_replicas_little_more_than_the_ideal_moves(int backends, double more, params string[] change)
    {
        using var json = await JsonAsync(["--endpoints", Backends(backends), "--ring", "partitions", .. change]);
        var ring = json.RootElement.GetProperty("rings")[0];
        var result = ring.GetProperty("change");
        double ideal = result.GetProperty("ideal").GetDouble(), moved = result.GetProperty("moved").GetDouble();
        Assert.InRange(moved, ideal - (1.0 / 16_384), ideal * (1 + more));
        Assert.Equal(moved - ideal, result.GetProperty("needless").GetDouble(), ideal / 5);
        double[] shares = [.. ring.GetProperty("after").GetProperty("backends").EnumerateArray().Select(static b => b.GetProperty("share").GetDouble())];
        Assert.All(shares, share => Assert.Equal(1.0 / shares.Length, share, 1.0 / 16_384));
    }

    [Fact]
    public async Task A_ring_has_the_fingerprint_that_it_has_without_the_change_that_led_to_it()
    {
        using var changed = await JsonAsync("--endpoints", "a:1,b:2,x:3", "--remove", "x:3", "--add", "c:4");
        using var fresh = await JsonAsync("--endpoints", "c:4,b:2,a:1");
        foreach (var (before, after) in fresh.RootElement.GetProperty("rings").EnumerateArray().Zip(changed.RootElement.GetProperty("rings").EnumerateArray()))
        {
            long fingerprint = before.GetProperty("before").GetProperty("fingerprint").GetInt64();
            Assert.Equal(fingerprint, after.GetProperty("after").GetProperty("fingerprint").GetInt64());
            Assert.NotEqual(fingerprint, after.GetProperty("before").GetProperty("fingerprint").GetInt64());
        }
    }

    [Fact]
    public async Task Partitions_are_spread_as_evenly_as_promised()
    {
        foreach (var (backends, most) in new[] { (10, 0.01), (100, 0.025) })
        {
            using var json = await JsonAsync("--endpoints", Backends(backends), "--keys", "1000000");
            var deviations = json.RootElement.GetProperty("rings").EnumerateArray()
                .Select(static ring => ring.GetProperty("before").GetProperty("measured").GetProperty("deviation").GetDouble()).ToArray();
            Assert.InRange(deviations[0], 0, most);
            Assert.All(deviations[1..], deviation => Assert.InRange(deviation, deviations[0], 0.2));
        }
    }

    [Fact]
    public async Task Weights_make_shares_and_a_change_of_one_moves_the_difference()
    {
        Assert.Equal(
            """
                                                           partitions
            positions                                          16,384

            share of a:1                                      20.00 %
            share of b:2, weight 2                            40.00 %
            share of c:3, weight 2                            40.00 %
            fingerprint                              4362452455322300
            standard deviation / mean                          0.01 %
            largest / smallest                                  1.000
            standard deviation / mean, 100,000 keys            0.60 %
            largest / smallest, 100,000 keys                    1.015

            change: -c:3 +c:3
            ideal                                             15.00 %
            moved                                             15.00 %
            moved between backends that stay                   0.00 %
            moved, 100,000 keys                               14.91 %

            share of a:1                                      25.00 %
            share of b:2, weight 2                            50.00 %
            share of c:3                                      25.00 %
            fingerprint                              5983152578365778
            standard deviation / mean                          0.00 %
            largest / smallest                                  1.000
            standard deviation / mean, 100,000 keys            0.41 %
            largest / smallest, 100,000 keys                    1.010

            """,
            await Tool.OutputAsync("ring", "--endpoints", "a:1,b:2;weight=2,c:3;weight=2", "--ring", "partitions", "--remove", "c:3", "--add", "c:3", "--replicas", "alone"));
    }

    [Fact]
    public async Task Weights_count_on_partitions_only_and_programs_are_told()
    {
        using var json = await JsonAsync("--endpoints", "a:1,b:2;weight=3,c:3;weight=0");
        var rings = json.RootElement.GetProperty("rings").EnumerateArray().ToArray();
        Assert.Equal((0.75, 3), (Share(rings[0].GetProperty("before"), "b:2").GetProperty("share").GetDouble(), Share(rings[0].GetProperty("before"), "b:2").GetProperty("weight").GetInt32()));
        Assert.Equal((0, 0), (Share(rings[0].GetProperty("before"), "c:3").GetProperty("positions").GetInt32(), Share(rings[0].GetProperty("before"), "c:3").GetProperty("weight").GetInt32()));
        Assert.False(Share(rings[0].GetProperty("before"), "a:1").TryGetProperty("weight", out _));
        Assert.Equal(0, rings[0].GetProperty("before").GetProperty("exact").GetProperty("deviation").GetDouble(), 3);
        Assert.All(rings[1..], static ring => Assert.True(Share(ring.GetProperty("before"), "c:3").GetProperty("positions").GetInt32() > 0));
        Assert.All(rings[1..], static ring => Assert.False(Share(ring.GetProperty("before"), "b:2").TryGetProperty("weight", out _)));
    }

    [Theory]
    [InlineData("--endpoints a:1;weight=x has a weight that is no whole number from 0 to 1000", "--endpoints", "a:1;weight=x")]
    [InlineData("--add a:1;w=2 has the unknown setting \"w\"; ;weight=N is known", "--endpoints", "b:1", "--add", "a:1;w=2")]
    [InlineData("--remove a:1;weight=2: who leaves needs no weight", "--endpoints", "a:1,b:1", "--remove", "a:1;weight=2")]
    [InlineData("every backend has the weight 0", "--endpoints", "a:1;weight=0")]
    [InlineData("a:1;weight=2: only the ring partitions knows weights", "--endpoints", "a:1;weight=2", "--ring", "collector")]
    [InlineData("Option '--endpoints' is required")]
    [InlineData("a:1 is listed twice", "--endpoints", "a:1,a:1")]
    [InlineData("a:1 is listed twice", "--endpoints", "a:1", "--add", "a:1")]
    [InlineData("--remove x:1: not among --endpoints", "--endpoints", "a:1", "--remove", "x:1")]
    [InlineData("--remove a:1: listed twice", "--endpoints", "a:1,b:2,c:3", "--remove", "a:1,a:1")]
    [InlineData("nobody is left on the ring", "--endpoints", "a:1", "--remove", "a:1")]
    [InlineData("--endpoints \",\" has an empty entry", "--endpoints", ",")]
    [InlineData("--keys must be from 1 to 100000000, not 0", "--endpoints", "a:1", "--keys", "0")]
    [InlineData("'circle'", "--endpoints", "a:1", "--ring", "circle")]
    public async Task What_makes_no_sense_is_an_error(string expected, params string[] arguments)
    {
        var (exitCode, output, error) = await Tool.RunAsync(["ring", .. arguments]);
        Assert.Equal(1, exitCode);
        Assert.Equal("", output);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    private static string Backends(int count) => string.Join(',', Enumerable.Range(1, count).Select(static i => $"backend-{i}:4317"));

    private static async Task<JsonDocument> JsonAsync(params string[] arguments) =>
        JsonDocument.Parse(await Tool.OutputAsync(["ring", .. arguments, "--json"]));

    private static JsonElement Share(JsonElement shares, string backend) =>
        shares.GetProperty("backends").EnumerateArray().Single(b => b.GetProperty("backend").GetString() == backend);
}
