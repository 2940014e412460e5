using Microsoft.Extensions.Logging.Abstractions;
using OrleansLb.Silo.Hosting;

namespace OrleansLb.Silo.Tests.Hosting;

public sealed class DeclaredDeadTests
{
    [Fact]
    public void A_silo_that_is_told_that_it_is_dead_goes_on_until_it_has_ended_by_itself()
    {
        using var dead = new DeclaredDead(NullLogger<DeclaredDead>.Instance);
        Assert.False(dead.Told.IsCancellationRequested);

        dead.OnFatalException(this, "I have been told I am dead", null);

        Assert.True(dead.Told.WaitHandle.WaitOne(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void What_was_cancelled_is_no_fault_of_a_silo()
    {
        using var dead = new DeclaredDead(NullLogger<DeclaredDead>.Instance);
        Assert.False(dead.IsUnexpected(new OperationCanceledException()));
        Assert.True(dead.IsUnexpected(new InvalidOperationException()));
    }
}
