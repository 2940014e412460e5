using OrleansLb.Configuration;

namespace OrleansLb.Silo.Memory;

/// <summary>How the memory of the process is shared out.</summary>
/// <param name="Limit">Bytes that the process may use in all.</param>
/// <param name="Data">Bytes of data among them: bodies, queues, what is on its way.</param>
/// <param name="Heap">Bytes that the runtime's heap may grow to; null: the runtime's own limit.</param>
internal sealed record MemoryPlan(long Limit, long Data, long? Heap)
{
    /// <summary>What the program takes without any data: code, threads, the runtime's own structures, connections.</summary>
    private const long Program = 64L << 20;

    // What the heap needs beyond the data: garbage that was not collected yet, gaps between pooled arrays.
    private const double DataShare = 0.6;

    /// <summary>Shares memory out.</summary>
    /// <param name="limit">What was asked for.</param>
    /// <param name="available">Bytes of the container or machine.</param>
    public static MemoryPlan Of(MemoryLimit? limit, long available)
    {
        var asked = limit ?? MemoryLimit.Default;
        long bytes = asked.Bytes > 0 ? asked.Bytes : (long)(available * asked.Share);

        // there is no more than there is, and with less the program cannot work, wherever it has been put
        bytes = Math.Max(Math.Min(bytes, available), MemoryLimit.LeastBytes);
        long data = (long)((bytes - Program) * DataShare);
        return new MemoryPlan(bytes, data, limit is null ? null : bytes - (Program / 2));
    }

    /// <summary>Tells the runtime how far its heap may grow; it collects the earlier, and more thoroughly, the nearer it gets.</summary>
    public void Apply()
    {
        if (Heap is not { } heap)
            return;
        AppContext.SetData("GCHeapHardLimit", (ulong)heap);
        GC.RefreshMemoryLimit();
    }
}
