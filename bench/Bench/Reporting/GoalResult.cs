using OrleansLb.Bench.Measuring;
using OrleansLb.Bench.Scenarios;

namespace OrleansLb.Bench.Reporting;

/// <summary>A goal and what was measured: a ratio to another scenario, or a number.</summary>
internal sealed record GoalResult(string Goal, double Limit, double Ratio, bool Reached)
{
    public static IReadOnlyList<GoalResult> Of(ScenarioGroup group, IReadOnlyList<Result> results) =>
        [.. group.Goals.Select(goal => goal.Check(scenario => results.Single(r => r.Scenario == scenario)))];
}
