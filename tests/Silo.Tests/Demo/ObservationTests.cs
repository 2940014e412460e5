using OrleansLb.Silo.Demo;

namespace OrleansLb.Silo.Tests.Demo;

public sealed class ObservationTests
{
    [Fact]
    public void A_trace_that_two_backends_have_spans_of_is_split()
    {
        var split = TraceCensus.Split(
        [
            new Dictionary<UInt128, int> { [1] = 10, [2] = 5 },
            new Dictionary<UInt128, int> { [2] = 5, [3] = 10 },
            new Dictionary<UInt128, int> { [2] = 1 },
        ]);
        Assert.Equal([(UInt128)2], split);
    }

    [Fact]
    public void Keys_that_move_between_staying_backends_move_needlessly()
    {
        var before = new Dictionary<UInt128, string> { [1] = "a", [2] = "a", [3] = "b", [4] = "b" };
        var after = new Dictionary<UInt128, string> { [1] = "a", [2] = "c", [3] = "a", [4] = "b" };
        var move = KeyMove.Between(before, after, "c");
        Assert.Equal(new KeyMove(4, 2, 1), move);
        Assert.Equal(0.5, move.Share);
    }

    [Fact]
    public void A_scrape_is_summed_by_name()
    {
        var metrics = MetricsSnapshot.Parse("# TYPE q gauge\nq{a=\"x y\"} 2\nq{a=\"z\"} 3\nplain 1.5\nbroken\n");
        Assert.Equal(5, metrics.Sum("q"));
        Assert.Equal(1.5, metrics.Sum("plain"));
        Assert.Equal(0, metrics.Sum("other"));
    }

    [Fact]
    public void What_a_warm_balancer_cost_leaves_the_warm_up_out()
    {
        var cost = WarmCost.Between(TimeSpan.FromSeconds(5), 100_000, 3, TimeSpan.FromSeconds(15), 300_000, 4);
        Assert.Equal(new WarmCost(TimeSpan.FromSeconds(5), 20_000, 5), cost);
    }

    [Fact]
    public void Without_a_span_since_the_warm_up_there_is_nothing_to_say_of_its_cost() =>
        Assert.Null(WarmCost.Between(TimeSpan.FromSeconds(5), 100_000, 3, TimeSpan.FromSeconds(15), 100_000, 4));

    [Fact]
    public void A_window_catches_whatever_was_on_its_way_within_it()
    {
        var window = new ChangeWindow(100, 200);
        Assert.True(window.Overlaps(50, 100));
        Assert.True(window.Overlaps(150, 160));
        Assert.True(window.Overlaps(50, 500));
        Assert.False(window.Overlaps(50, 99));
        Assert.False(window.Overlaps(201, 300));
    }

    [Fact]
    public void What_was_on_its_way_before_a_window_and_after_it_was_surely_there_when_keys_moved()
    {
        var window = new ChangeWindow(100, 200);
        Assert.True(window.IsWithin(50, 200));
        Assert.False(window.IsWithin(101, 300));
        Assert.False(window.IsWithin(50, 199));
        long second = TimeProvider.System.TimestampFrequency;
        Assert.Equal(new ChangeWindow(100 + second, 200 + second), window.After(TimeSpan.FromSeconds(1), TimeProvider.System));
    }

    [Fact]
    public void Ports_that_are_taken_together_differ()
    {
        var ports = FreePort.Take(20);
        Assert.Equal(20, ports.Distinct().Count());
        Assert.All(ports, static port => Assert.InRange(port, 1, 65535));
    }
}
