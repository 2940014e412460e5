namespace OrleansLb.Testing;

/// <summary>What a piece of code allocates on the managed heap.</summary>
public static class AllocatedBytes
{
    private const int Attempts = 10;

    /// <summary>
    /// Bytes that the calling thread allocates in <paramref name="run"/>, the least of several runs: the runtime gives a thread some kilobytes at a time, and counts what is left of
    /// them as allocated when a garbage collection, which may be that of another test, takes them away.
    /// </summary>
    public static long LeastOf(Action run)
    {
        ArgumentNullException.ThrowIfNull(run);
        long least = long.MaxValue;
        for (int i = 0; i < Attempts && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
