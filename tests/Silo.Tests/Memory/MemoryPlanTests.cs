using OrleansLb.Configuration;
using OrleansLb.Silo.Memory;

namespace OrleansLb.Silo.Tests.Memory;

public sealed class MemoryPlanTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void The_default_is_three_quarters_of_what_there_is()
    {
        var plan = MemoryPlan.Of(null, 1024 * MiB);

        Assert.Equal(768 * MiB, plan.Limit);
        Assert.Equal(640 * MiB, plan.Heap);
        Assert.True(plan.LimitsHeap);
    }

    [Fact]
    public void With_much_memory_the_runtimes_own_limit_of_three_quarters_is_near_enough()
    {
        var plan = MemoryPlan.Of(null, 16384 * MiB);

        Assert.Equal(12288 * MiB, plan.Limit);
        Assert.False(plan.LimitsHeap);
    }

    [Fact]
    public void In_a_small_container_the_default_is_the_least_that_the_program_can_work_with()
    {
        var plan = MemoryPlan.Of(null, 256 * MiB);

        Assert.Equal(256 * MiB, plan.Limit);
        Assert.Equal(128 * MiB, plan.Heap);
        Assert.True(plan.LimitsHeap);
    }

    [Theory]
    [InlineData("512MiB", 512)]
    [InlineData("50%", 2048)]
    [InlineData("100%", 4096)]
    [InlineData("8GiB", 4096)]
    [InlineData("1%", 256)]
    public void A_limit_is_a_size_or_a_share_within_what_there_is_and_what_is_needed(string text, long expected)
    {
        Assert.True(MemoryLimit.TryParse(text, out var limit, out _));
        var plan = MemoryPlan.Of(limit, 4096 * MiB);

        Assert.Equal(expected * MiB, plan.Limit);
        Assert.Equal((expected - 128) * MiB, plan.Heap);
        Assert.Equal((expected - 128 - 48) * MiB / 2, plan.Data);
        Assert.Equal(expected < 3072, plan.LimitsHeap);
    }
}
