namespace OrleansLb.Silo.Demo;

/// <summary>Which traces arrived at more than one backend.</summary>
internal static class TraceCensus
{
    /// <summary>The traces that more than one of the backends has spans of.</summary>
    public static IReadOnlySet<UInt128> Split(IReadOnlyList<IReadOnlyDictionary<UInt128, int>> tracesByBackend)
    {
        var seen = new HashSet<UInt128>();
        var split = new HashSet<UInt128>();
        foreach (var traces in tracesByBackend)
        {
            foreach (var trace in traces.Keys)
            {
                if (!seen.Add(trace))
                    split.Add(trace);
            }
        }

        return split;
    }
}
