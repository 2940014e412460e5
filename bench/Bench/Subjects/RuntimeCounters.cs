using System.Runtime;

namespace OrleansLb.Bench.Subjects;

/// <summary>What the runtime of a process has done since its start.</summary>
/// <param name="AllocatedBytes">Bytes allocated on the managed heap.</param>
/// <param name="Generation0">Collections of generation 0 alone.</param>
/// <param name="Generation1">Collections up to generation 1.</param>
/// <param name="Generation2">Full collections.</param>
/// <param name="JitSeconds">Time of the just-in-time compiler.</param>
internal sealed record RuntimeCounters(double AllocatedBytes, double Generation0, double Generation1, double Generation2, double JitSeconds)
{
    /// <summary>The counters of this process. The runtime counts an older collection for every younger generation too.</summary>
    public static RuntimeCounters OfThisProcess()
    {
        int full = GC.CollectionCount(2);
        int first = GC.CollectionCount(1);
        return new RuntimeCounters(GC.GetTotalAllocatedBytes(), GC.CollectionCount(0) - first, first - full, full, JitInfo.GetCompilationTime().TotalSeconds);
    }

    public static RuntimeCounters operator +(RuntimeCounters one, RuntimeCounters other) => new(
        one.AllocatedBytes + other.AllocatedBytes,
        one.Generation0 + other.Generation0,
        one.Generation1 + other.Generation1,
        one.Generation2 + other.Generation2,
        one.JitSeconds + other.JitSeconds);

    /// <summary>What was added since <paramref name="earlier"/>.</summary>
    public RuntimeCounters Since(RuntimeCounters earlier) => new(
        AllocatedBytes - earlier.AllocatedBytes,
        Generation0 - earlier.Generation0,
        Generation1 - earlier.Generation1,
        Generation2 - earlier.Generation2,
        JitSeconds - earlier.JitSeconds);
}
