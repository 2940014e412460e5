using OrleansLb.Otlp.Memory;

namespace OrleansLb.Otlp.Tests.Memory;

public sealed class MemoryBudgetTests
{
    private readonly MemoryBudget _budget = new(8000);

    [Fact]
    public void Data_and_receive_blocks_count_and_what_pools_keep_does_not()
    {
        _budget.Take(MemoryKind.Payload, 300);
        _budget.Take(MemoryKind.Receive, 20);
        Assert.True(_budget.TryKeep(MemoryKind.IdlePayload, 1000));

        Assert.Equal(320, _budget.Used);
        Assert.Equal(1000, _budget.UsedFor(MemoryKind.IdlePayload));
    }

    [Fact]
    public void Intake_ends_at_seven_eighths_and_a_refusal_leaves_no_trace()
    {
        Assert.True(_budget.TryTake(MemoryKind.Payload, 6900));
        Assert.False(_budget.TryTake(MemoryKind.Payload, 101));
        Assert.Equal(6900, _budget.Used);
        Assert.True(_budget.TryTake(MemoryKind.Payload, 100));
        Assert.False(_budget.TryTake(MemoryKind.Payload, 1));
    }

    [Fact]
    public void What_was_accepted_is_never_refused_memory()
    {
        _budget.Take(MemoryKind.Payload, 9000);

        Assert.Equal(9000, _budget.Used);
        _budget.Give(MemoryKind.Payload, 9000);
        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public void Pools_keep_an_eighth_of_the_limit_at_most()
    {
        Assert.True(_budget.TryKeep(MemoryKind.IdlePayload, 900));
        Assert.False(_budget.TryKeep(MemoryKind.IdlePayload, 101));
        Assert.True(_budget.TryKeep(MemoryKind.IdlePayload, 100));
        _budget.Give(MemoryKind.IdlePayload, 500);
        Assert.True(_budget.TryKeep(MemoryKind.IdlePayload, 500));
    }

    [Fact]
    public void Receive_blocks_are_kept_up_to_a_quarter_whatever_else_is()
    {
        Assert.True(_budget.TryKeep(MemoryKind.IdlePayload, 1000));
        Assert.True(_budget.TryKeep(MemoryKind.IdleReceive, 2000));
        Assert.False(_budget.TryKeep(MemoryKind.IdleReceive, 1));
    }

    [Fact]
    public void A_budget_without_a_limit_refuses_nothing()
    {
        var budget = MemoryBudget.Unlimited();

        Assert.True(budget.TryTake(MemoryKind.Payload, 1L << 50));
        Assert.True(budget.TryKeep(MemoryKind.IdlePayload, 1L << 50));
    }

    [Fact]
    public void Of_callers_at_the_same_time_only_as_many_get_in_as_fit()
    {
        int inside = 0;
        Parallel.For(0, 200, _ =>
        {
            if (_budget.TryTake(MemoryKind.Payload, 1000))
                Interlocked.Increment(ref inside);
        });

        Assert.InRange(inside, 1, 7);
        Assert.Equal(inside * 1000, _budget.Used);
    }
}
