using OrleansLb.Silo.Load;

namespace OrleansLb.Silo.Tests.Load;

public sealed class PaceTests
{
    [Fact]
    public void Without_a_rate_nothing_waits()
    {
        var pace = new Pace(null, TimeProvider.System);

        for (int i = 0; i < 1000; i++)
            Assert.True(pace.WaitAsync(CancellationToken.None).IsCompletedSuccessfully);
    }

    [Fact]
    public void The_second_moment_comes_one_interval_after_the_first()
    {
        using var cancel = new CancellationTokenSource();
        var pace = new Pace(0.001, TimeProvider.System);

        Assert.True(pace.WaitAsync(cancel.Token).IsCompletedSuccessfully);
        Assert.False(pace.WaitAsync(cancel.Token).IsCompleted);
        cancel.Cancel();
    }
}
