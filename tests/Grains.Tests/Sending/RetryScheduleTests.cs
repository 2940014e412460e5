using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;

namespace OrleansLb.Grains.Tests.Sending;

public sealed class RetryScheduleTests
{
    private static readonly RetryOptions Defaults = new();

    [Fact]
    public void The_base_starts_at_the_initial_interval_and_grows_by_the_multiplier_up_to_the_maximum()
    {
        var schedule = new RetrySchedule(Defaults, static () => 0.5);

        double[] seconds = [.. Enumerable.Range(0, 7).Select(_ => schedule.Next(TimeSpan.Zero, null)!.Value.TotalSeconds)];

        Assert.Equal([5, 7.5, 11.25, 16.875, 25.3125, 30, 30], seconds);
    }

    [Theory]
    [InlineData(0.0, 2.5)]
    [InlineData(0.25, 3.75)]
    [InlineData(0.75, 6.25)]
    public void A_delay_is_drawn_uniformly_around_the_base(double drawn, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new RetrySchedule(Defaults, () => drawn).Next(TimeSpan.Zero, null));

    [Fact]
    public void Only_the_base_is_capped_so_a_delay_may_exceed_the_maximum()
    {
        var options = Defaults with { InitialInterval = TimeSpan.FromSeconds(30) };
        var schedule = new RetrySchedule(options, static () => 0.9);

        Assert.Equal(TimeSpan.FromSeconds(42), schedule.Next(TimeSpan.Zero, null));
    }

    [Fact]
    public void A_hint_lengthens_a_delay_and_never_shortens_it()
    {
        var schedule = new RetrySchedule(Defaults, static () => 0.5);

        Assert.Equal(TimeSpan.FromSeconds(20), schedule.Next(TimeSpan.Zero, TimeSpan.FromSeconds(20)));
        Assert.Equal(TimeSpan.FromSeconds(7.5), schedule.Next(TimeSpan.Zero, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_part_is_given_up_when_the_next_attempt_would_begin_after_the_elapsed_limit()
    {
        var options = Defaults with { MaxElapsedTime = TimeSpan.FromSeconds(60) };

        Assert.Equal(TimeSpan.FromSeconds(5), new RetrySchedule(options, static () => 0.5).Next(TimeSpan.FromSeconds(55), null));
        Assert.Null(new RetrySchedule(options, static () => 0.5).Next(TimeSpan.FromSeconds(55) + TimeSpan.FromTicks(1), null));
        Assert.Null(new RetrySchedule(options, static () => 0.5).Next(TimeSpan.Zero, TimeSpan.FromSeconds(61)));
    }

    [Fact]
    public void Without_an_elapsed_limit_a_part_is_never_given_up()
    {
        var schedule = new RetrySchedule(Defaults with { MaxElapsedTime = TimeSpan.Zero }, static () => 0.5);

        Assert.Equal(TimeSpan.FromSeconds(5), schedule.Next(TimeSpan.FromDays(365), null));
    }

    [Fact]
    public void With_retry_off_there_is_one_attempt() =>
        Assert.Null(new RetrySchedule(Defaults with { Enabled = false }, static () => 0.5).Next(TimeSpan.Zero, null));
}
