using OrleansLb.Silo.Load;

namespace OrleansLb.Silo.Tests.Load;

public sealed class RequestBudgetTests
{
    [Fact]
    public void Gives_out_what_it_has_and_no_more()
    {
        var budget = new RequestBudget(3);

        Assert.True(budget.TryTake(1));
        Assert.True(budget.TryTake(2));
        Assert.False(budget.TryTake(1));
    }

    [Fact]
    public void A_batch_that_was_begun_may_end()
    {
        var budget = new RequestBudget(3);

        Assert.True(budget.TryTake(2));
        Assert.True(budget.TryTake(2));
        Assert.False(budget.TryTake(2));
    }
}
