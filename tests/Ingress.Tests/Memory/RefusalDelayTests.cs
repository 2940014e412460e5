using OrleansLb.Ingress.Memory;
using OrleansLb.Testing;

namespace OrleansLb.Ingress.Tests.Memory;

public sealed class RefusalDelayTests
{
    private readonly FakeTime _time = new();
    private readonly RefusalDelay _delay;

    public RefusalDelayTests() => _delay = new RefusalDelay(_time);

    [Fact]
    public void Refusals_at_the_same_time_get_the_same_delay()
    {
        for (int i = 0; i < 1000; i++)
            Assert.Equal(1, Next());
    }

    [Fact]
    public void The_delay_doubles_from_one_second_to_thirty_while_it_does_not_help()
    {
        var delays = new List<double>();
        for (int second = 0; second < 70; second++)
        {
            delays.Add(Next());
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([1, 2, 4, 8, 16, 30], delays.Distinct());
        Assert.Equal([0, 1, 3, 7, 15, 31], delays.Distinct().Select(delay => delays.IndexOf(delay)));
    }

    [Fact]
    public void Clients_that_heed_the_delay_and_are_refused_again_get_a_longer_one()
    {
        double delay = Next();
        foreach (double next in new double[] { 2, 4, 8, 16, 30, 30 })
        {
            _time.Advance(TimeSpan.FromSeconds(delay));
            Assert.Equal(next, delay = Next());
        }
    }

    [Fact]
    public void The_delay_falls_by_half_for_every_time_that_it_passes_in_calm()
    {
        Grow(until: 16);
        _time.Advance(TimeSpan.FromSeconds(32));
        Assert.Equal(8, Next());

        Grow(until: 16);
        _time.Advance(TimeSpan.FromSeconds(16 * 4));
        Assert.Equal(2, Next());
    }

    [Fact]
    public void After_a_long_calm_it_begins_anew()
    {
        Grow(until: 30);
        _time.Advance(TimeSpan.FromDays(10));

        Assert.Equal(1, Next());
    }

    private double Next() => _delay.Next().TotalSeconds;

    private void Grow(double until)
    {
        while (Next() < until)
            _time.Advance(TimeSpan.FromSeconds(1));
    }
}
