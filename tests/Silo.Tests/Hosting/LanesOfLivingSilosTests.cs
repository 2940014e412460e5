using OrleansLb.Grains.Options;
using OrleansLb.Silo.Hosting;
using OrleansLb.Testing;

namespace OrleansLb.Silo.Tests.Hosting;

public sealed class LanesOfLivingSilosTests
{
    private readonly FakeTime _time = new();
    private readonly FakeSilos _silos = new() { Names = ["a", "b", "c"] };
    private readonly LanesOfLivingSilos _lanes;

    public LanesOfLivingSilosTests() => _lanes = new LanesOfLivingSilos(_silos, _time);

    [Fact]
    public void The_lanes_are_those_of_the_living_silos_and_the_same_list_until_they_change()
    {
        Assert.Equal(["a", "b", "c"], Names());
        Assert.Same(_lanes.Current, _lanes.Current);

        _silos.Names = ["b", "c", "d"];
        Assert.Equal(["b", "c", "d"], Names());
    }

    [Fact]
    public void Without_a_silo_there_is_no_lane_and_the_last_ones_stay_when_none_is_heard_of_any_more()
    {
        _silos.Names = [];
        Assert.Throws<InvalidOperationException>(() => _lanes.Current);
        _silos.Names = ["a"];
        Assert.Equal(["a"], Names());
        _silos.Names = [];
        Assert.Equal(["a"], Names());
    }

    [Fact]
    public void A_lane_that_does_not_answer_is_left_out_for_a_while()
    {
        _lanes.Doubt(new LaneIdentity("b"));
        Assert.Equal(["a", "c"], Names());

        _time.Advance(LanesOfLivingSilos.DoubtFor);
        Assert.Equal(["a", "b", "c"], Names());
    }

    [Fact]
    public void Each_doubt_ends_by_itself()
    {
        _lanes.Doubt(new LaneIdentity("a"));
        _time.Advance(LanesOfLivingSilos.DoubtFor / 2);
        _lanes.Doubt(new LaneIdentity("b"));
        Assert.Equal(["c"], Names());
        _time.Advance(LanesOfLivingSilos.DoubtFor / 2);
        Assert.Equal(["a", "c"], Names());
        _time.Advance(LanesOfLivingSilos.DoubtFor / 2);
        Assert.Equal(["a", "b", "c"], Names());
    }

    [Fact]
    public void When_all_are_doubtful_none_is_left_out()
    {
        foreach (string silo in _silos.Names)
            _lanes.Doubt(new LaneIdentity(silo));
        Assert.Equal(["a", "b", "c"], Names());
    }

    [Fact]
    public void Whoever_waits_for_a_lane_hears_that_its_silo_is_gone_and_not_that_it_is_doubted()
    {
        var gone = _lanes.GoneOf(new LaneIdentity("b"));
        _lanes.Doubt(new LaneIdentity("b"));
        Assert.False(gone.IsCompleted);

        _silos.Change("a", "c");
        Assert.True(gone.IsCompleted);
        _silos.Change("a", "b", "c");
        Assert.False(_lanes.GoneOf(new LaneIdentity("b")).IsCompleted);
    }

    [Fact]
    public async Task What_may_have_gone_through_a_silo_that_is_gone_is_waited_for_a_moment_longer()
    {
        Assert.Equal(["a", "b", "c"], Names());
        var under = _lanes.GoneOf(new LaneIdentity("a"));
        _silos.Change("a", "c");
        var later = _lanes.GoneOf(new LaneIdentity("a"));
        Assert.False(under.IsCompleted);

        _time.Advance(LanesOfLivingSilos.Grace);
        await under;

        // what began after the departure went through somebody else
        _time.Advance(LanesOfLivingSilos.Grace);
        Assert.False(later.IsCompleted);
    }

    [Fact]
    public void A_silo_that_joins_ends_no_wait()
    {
        Assert.Equal(["a", "b", "c"], Names());
        var gone = _lanes.GoneOf(new LaneIdentity("a"));
        _silos.Change("a", "b", "c", "d");
        _time.Advance(LanesOfLivingSilos.Grace);
        Assert.False(gone.IsCompleted);
    }

    private IEnumerable<string> Names() => _lanes.Current.Select(static lane => lane.Name);

    private sealed class FakeSilos : ILivingSilos
    {
        public IReadOnlyList<string> Names { get; set; } = [];

        public event Action? Changed;

        public void Change(params string[] names)
        {
            Names = names;
            Changed?.Invoke();
        }

        public Task FirstAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
