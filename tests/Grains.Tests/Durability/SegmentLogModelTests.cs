using OrleansLb.Grains.Durability;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Grains.Tests.Durability;

/// <summary>Random histories of a durable queue against what a queue in memory would hold.</summary>
public sealed class SegmentLogModelTests(ITestOutputHelper output)
{
    private const int Histories = 400;
    private const int Steps = 150;

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public void Whatever_happens_no_accepted_part_is_lost_reordered_or_brought_back_for_no_reason(int headStartMilliseconds)
    {
        int seed = TestSeed.Choose(output.WriteLine);
        var totals = new QueueModel.Totals();
        for (int i = 0; i < Histories; i++)
        {
            try
            {
                using var model = new QueueModel(new Random(seed + i), TimeSpan.FromMilliseconds(headStartMilliseconds), totals);
                model.Run(Steps);
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"history {i} of seed {seed} ({TestSeed.Variable}={seed + i} begins with it): {fault.Message}", fault);
            }
        }

        output.WriteLine($"{totals}");
        Assert.True(totals is { Crashes: > 100, Again: > 100, Refused: > 100, Spilled: > 100 }, $"nothing much has happened: {totals}");
        Assert.Equal(headStartMilliseconds > 0, totals.Unstored > 30);
    }
}
