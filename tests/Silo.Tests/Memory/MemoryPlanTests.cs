using OrleansLb.Configuration;
using OrleansLb.Silo.Memory;

namespace OrleansLb.Silo.Tests.Memory;

public sealed class MemoryPlanTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void The_default_is_three_quarters_of_what_there_is_and_leaves_the_heap_to_the_runtime()
    {
        var plan = MemoryPlan.Of(null, 1024 * MiB);

        Assert.Equal(768 * MiB, plan.Limit);
        Assert.Null(plan.Heap);
    }

    [Theory]
    [InlineData("512MiB", 512)]
    [InlineData("50%", 2048)]
    [InlineData("100%", 4096)]
    [InlineData("8GiB", 4096)]
    [InlineData("1%", 128)]
    public void A_limit_is_a_size_or_a_share_within_what_there_is_and_what_is_needed(string text, long expected)
    {
        Assert.True(MemoryLimit.TryParse(text, out var limit, out _));
        var plan = MemoryPlan.Of(limit, 4096 * MiB);

        Assert.Equal(expected * MiB, plan.Limit);
        Assert.InRange(plan.Data, 1, plan.Limit);
        Assert.InRange(plan.Heap!.Value, plan.Data, plan.Limit);
    }
}
