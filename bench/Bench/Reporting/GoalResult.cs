using OrleansLb.Bench.Measuring;
using OrleansLb.Bench.Scenarios;

namespace OrleansLb.Bench.Reporting;

/// <summary>A goal and what was measured.</summary>
internal sealed record GoalResult(string Goal, double Limit, double Ratio, bool Reached)
{
    public static IReadOnlyList<GoalResult> Of(ScenarioGroup group, IReadOnlyList<Result> results)
    {
        Result Find(string scenario) => results.Single(r => r.Scenario == scenario);
        return [.. group.Goals.Select(goal =>
        {
            double ratio = Find(goal.Scenario).RatioTo(Find(goal.Baseline));
            return new GoalResult(goal.ToString(), goal.Limit, ratio, ratio <= goal.Limit);
        })];
    }
}
