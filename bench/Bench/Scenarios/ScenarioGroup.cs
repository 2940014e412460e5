namespace OrleansLb.Bench.Scenarios;

/// <summary>Scenarios that are measured in turns, so that what disturbs the machine disturbs them all alike.</summary>
internal sealed record ScenarioGroup(string Name, string Title, IReadOnlyList<Scenario> Scenarios, IReadOnlyList<Goal> Goals)
{
    /// <summary>The scenarios with one of the texts in their names, and the goals that can still be checked.</summary>
    public ScenarioGroup Filter(IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
            return this;
        var kept = Scenarios.Where(s => texts.Any(t => s.Name.Contains(t, StringComparison.OrdinalIgnoreCase))).ToList();
        return this with
        {
            Scenarios = kept,
            Goals = [.. Goals.Where(g => g.Scenarios.All(name => kept.Any(s => s.Name == name)))],
        };
    }
}
