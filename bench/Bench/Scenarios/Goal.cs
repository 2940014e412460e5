namespace OrleansLb.Bench.Scenarios;

/// <summary>An upper limit for the CPU per span of one scenario, as a multiple of another one's.</summary>
internal sealed record Goal(string Scenario, string Baseline, double Limit)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Scenario} ≤ {Limit:0.00} × {Baseline}");
}
