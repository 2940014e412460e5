using OrleansLb.Bench.Measuring;
using OrleansLb.Bench.Reporting;

namespace OrleansLb.Bench.Scenarios;

/// <summary>What is asked of a scenario, for itself or against another one.</summary>
internal abstract record Goal
{
    /// <summary>The scenarios whose results it needs.</summary>
    public abstract IReadOnlyList<string> Scenarios { get; }

    /// <summary>What was measured against what is asked.</summary>
    /// <param name="find">The results, by the names of scenarios.</param>
    public abstract GoalResult Check(Func<string, Result> find);
}

/// <summary>An upper limit for the CPU per span of one scenario, as a multiple of another one's.</summary>
internal sealed record CpuGoal(string Scenario, string Baseline, double Limit) : Goal
{
    public override IReadOnlyList<string> Scenarios => [Scenario, Baseline];

    public override GoalResult Check(Func<string, Result> find)
    {
        double ratio = find(Scenario).RatioTo(find(Baseline));
        return new GoalResult(FormattableString.Invariant($"{Scenario} ≤ {Limit:0.00} × {Baseline}"), Limit, ratio, ratio <= Limit);
    }
}

/// <summary>A lower limit for what one scenario gets to the backends in a second, as a multiple of another one's.</summary>
internal sealed record RateGoal(string Scenario, string Baseline, double Limit) : Goal
{
    public override IReadOnlyList<string> Scenarios => [Scenario, Baseline];

    public override GoalResult Check(Func<string, Result> find)
    {
        double ratio = find(Scenario).RateRatioTo(find(Baseline));
        return new GoalResult(FormattableString.Invariant($"spans/s of {Scenario} ≥ {Limit:0.00} × {Baseline}"), Limit, ratio, ratio >= Limit);
    }
}

/// <summary>No span of a scenario may come twice.</summary>
internal sealed record NoCopiesGoal(string Scenario) : Goal
{
    public override IReadOnlyList<string> Scenarios => [Scenario];

    public override GoalResult Check(Func<string, Result> find)
    {
        long copies = find(Scenario).Copies;
        return new GoalResult($"copies in {Scenario}", 0, copies, copies == 0);
    }
}
