using OrleansLb.EndToEnd.Tests.Histories;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.EndToEnd.Tests.Chaos;

/// <summary>Everything at once, by a plan that is drawn from one seed: the invariants hold all the same.</summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int DefaultSeconds = 16;

    [Fact]
    public Task A_durable_queue_keeps_every_promise_while_backends_fail_and_move_and_the_program_is_killed() => PassesAsync(isDurable: true);

    [Fact]
    public Task A_queue_in_memory_keeps_every_promise_while_backends_fail_and_move() => PassesAsync(isDurable: false);

    [Fact]
    public void A_plan_is_the_same_for_the_same_seed_and_another_one_for_another_seed()
    {
        var settings = new ChaosSettings(Seed: 5, TimeSpan.FromMinutes(1), IsDurable: true);

        Assert.Equal(ChaosPlan.Draw(settings).ToString(), ChaosPlan.Draw(settings).ToString());
        Assert.NotEqual(ChaosPlan.Draw(settings).ToString(), ChaosPlan.Draw(settings with { Seed = 6 }).ToString());
        Assert.NotEmpty(ChaosPlan.Draw(settings).Program);
    }

    private async Task PassesAsync(bool isDurable)
    {
        var settings = new ChaosSettings(TestSeed.Choose(output.WriteLine), ChaosSettings.DurationFromEnvironment(DefaultSeconds), isDurable);
        var plan = ChaosPlan.Draw(settings);
        output.WriteLine(plan.ToString());
        var recorder = new HistoryRecorder(TimeProvider.System);
        var timeline = new Timeline(recorder);
        using var run = new ChaosRun(settings, plan, recorder, timeline);
        Verdict verdict;
        try
        {
            verdict = await run.JudgeAsync();
        }
        finally
        {
            output.WriteLine(timeline.ToString());
        }

        output.WriteLine(verdict.ToString());
        Assert.True(verdict.Holds, $"seed {settings.Seed}\n{verdict}");

        // a verdict about nothing would be worth nothing
        Assert.True(verdict.Acknowledged > 0 && verdict.OwnershipJudged > 0, verdict.ToString());
    }
}
