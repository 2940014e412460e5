using OrleansLb.Configuration;

namespace OrleansLb.Silo.Memory;

/// <summary>How the memory of the process is shared out.</summary>
/// <param name="Limit">Bytes that the process may use.</param>
/// <param name="Heap">Bytes that the runtime's heap may grow to, and everything in it.</param>
/// <param name="Data">Bytes of data among them: bodies, queues, what is on its way.</param>
/// <param name="LimitsHeap">Whether the runtime has to be told, since its own limit is much higher.</param>
internal sealed record MemoryPlan(long Limit, long Heap, long Data, bool LimitsHeap)
{
    /// <summary>What the process takes beside its heap: code, compiled ahead of time (an idle process has 85 MiB of files mapped) or not, threads, the runtime's own structures, a store's cache.</summary>
    private const long BesideHeap = 128L << 20;

    /// <summary>What the heap holds beside data: connections, calls, grains, tables.</summary>
    private const long BesideData = 48L << 20;

    // Of the rest, data gets half: pooled arrays are a bit longer than what is in them, come back and are kept for a while, and leave gaps.
    private const int DataDivisor = 2;

    // what the runtime's own limit may be higher by, before it is told another: a limit that it is told makes it manage its heap otherwise
    private const int ToleranceDivisor = 16;

    /// <summary>Shares memory out.</summary>
    /// <param name="limit">What was asked for; null: nothing.</param>
    /// <param name="available">Bytes of the container or machine.</param>
    public static MemoryPlan Of(MemoryLimit? limit, long available)
    {
        var asked = limit ?? MemoryLimit.Default;
        long bytes = asked.Bytes > 0 ? asked.Bytes : Share(available, asked.Share);

        // there is no more than there is, and with less the program cannot work, wherever it has been put
        bytes = Math.Max(Math.Min(bytes, available), MemoryLimit.LeastBytes);
        long heap = bytes - BesideHeap;
        long usual = Share(available, MemoryLimit.Default.Share);
        return new MemoryPlan(bytes, heap, (heap - BesideData) / DataDivisor, heap < usual - (usual / ToleranceDivisor));
    }

    /// <summary>Tells the runtime how far its heap may grow; it collects the earlier, and more thoroughly, the nearer it gets.</summary>
    public void Apply()
    {
        if (!LimitsHeap)
            return;
        AppContext.SetData("GCHeapHardLimit", (ulong)Heap);
        GC.RefreshMemoryLimit();
    }

    private static long Share(long bytes, double share) => (long)(bytes * share);
}
