using OrleansLb.Configuration;
using OrleansLb.Silo.Memory;

namespace OrleansLb.Silo.Tests.Memory;

public sealed class MemoryPlanTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void The_default_is_three_quarters_of_what_there_is_as_the_runtime_has_it_too()
    {
        var plan = MemoryPlan.Of(null, 1024 * MiB);

        Assert.Equal(768 * MiB, plan.Limit);
        Assert.False(plan.LimitsHeap);
    }

    [Fact]
    public void In_a_small_container_the_default_leaves_room_for_what_is_beside_the_heap()
    {
        var plan = MemoryPlan.Of(null, 256 * MiB);

        Assert.Equal(176 * MiB, plan.Limit);
        Assert.True(plan.LimitsHeap);
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
        Assert.Equal((expected - 48) * MiB / 2, plan.Data);
        Assert.True(plan.LimitsHeap);
    }
}
