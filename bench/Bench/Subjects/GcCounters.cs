namespace OrleansLb.Bench.Subjects;

/// <summary>What the garbage collector of a process has done since its start.</summary>
/// <param name="AllocatedBytes">Bytes allocated on the managed heap.</param>
/// <param name="Generation0">Collections of generation 0 alone.</param>
/// <param name="Generation1">Collections up to generation 1.</param>
/// <param name="Generation2">Full collections.</param>
internal sealed record GcCounters(double AllocatedBytes, double Generation0, double Generation1, double Generation2)
{
    /// <summary>The counters of this process. The runtime counts an older collection for every younger generation too.</summary>
    public static GcCounters OfThisProcess()
    {
        int full = GC.CollectionCount(2);
        int first = GC.CollectionCount(1);
        return new GcCounters(GC.GetTotalAllocatedBytes(), GC.CollectionCount(0) - first, first - full, full);
    }

    /// <summary>What was added since <paramref name="earlier"/>.</summary>
    public GcCounters Since(GcCounters earlier) => new(
        AllocatedBytes - earlier.AllocatedBytes,
        Generation0 - earlier.Generation0,
        Generation1 - earlier.Generation1,
        Generation2 - earlier.Generation2);
}
