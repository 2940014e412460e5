namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>Collects violations: the first ones of every invariant with their evidence, the others as a number.</summary>
internal sealed class Findings
{
    private const int Shown = 10;
    private readonly SortedDictionary<Invariant, (List<Violation> First, long Total)> _found = [];

    public void Add(Invariant invariant, FormattableString evidence)
    {
        var (first, total) = _found.TryGetValue(invariant, out var found) ? found : ([], 0);
        if (first.Count < Shown)
            first.Add(new Violation(invariant, FormattableString.Invariant(evidence)));
        _found[invariant] = (first, total + 1);
    }

    public IReadOnlyList<Violation> ToViolations()
    {
        var all = new List<Violation>();
        foreach (var (invariant, (first, total)) in _found)
        {
            all.AddRange(first);
            if (total > first.Count)
                all.Add(new Violation(invariant, $"and {total - first.Count} more"));
        }

        return all;
    }
}
