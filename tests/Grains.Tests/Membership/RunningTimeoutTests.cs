using OrleansLb.Grains.Membership.Resolving;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Membership;

public sealed class RunningTimeoutTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void A_process_that_runs_sees_the_whole_timeout_and_no_more(int milliseconds)
    {
        var time = new FakeTime();
        var timeout = TimeSpan.FromMilliseconds(milliseconds);
        using var expiry = new RunningTimeout(timeout, time);
        time.Advance(timeout - TimeSpan.FromTicks(1));
        Assert.False(expiry.Token.IsCancellationRequested);
        time.Advance(TimeSpan.FromTicks(1));
        Assert.True(expiry.Token.IsCancellationRequested);
    }

    [Fact]
    public void A_process_that_stands_loses_two_steps_at_most()
    {
        var time = new StandingTime();
        using var expiry = new RunningTimeout(Second, time);

        // ten times nothing runs for a while, and then what is due fires twice: once for the time that is over, once because the next is due at once
        for (int i = 0; i < (RunningTimeout.Steps / 2) - 1; i++)
        {
            time.Fire();
            time.Fire();
            Assert.False(expiry.Token.IsCancellationRequested);
        }

        time.Fire();
        Assert.False(expiry.Token.IsCancellationRequested);
        time.Fire();
        Assert.True(expiry.Token.IsCancellationRequested);
    }

    [Fact]
    public void Once_it_is_over_or_not_needed_nothing_is_left_of_it()
    {
        var time = new FakeTime();
        new RunningTimeout(Second, time).Dispose();
        time.Advance(Second * 2);
        Assert.Equal(0, time.Pending);
    }

    /// <summary>Fires a timer as the runtime does after a stop: once, however many of its periods have passed.</summary>
    private sealed class StandingTime : TimeProvider
    {
        private Action _fire = static () => { };

        public void Fire() => _fire();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(Second / RunningTimeout.Steps, period);
            _fire = () => callback(state);
            return new FakeTime().CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
