using System.Diagnostics;
using System.Runtime;

namespace OrleansLb.Silo.Telemetry;

/// <summary>What the process itself costs, read at each scrape.</summary>
internal static class ProcessMetrics
{
    private static readonly string[] Generations = ["gen0", "gen1", "gen2", "loh", "poh"];

    public static void WriteTo(PrometheusText text)
    {
        Single(text, "dotnet_gc_allocated_bytes_total", "Bytes allocated on the managed heap since the process started.", "counter", GC.GetTotalAllocatedBytes());

        text.Family("dotnet_gc_collections_total", "Garbage collections since the process started, by generation.", "counter");
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
            text.Sample("dotnet_gc_collections_total", "", $"generation=\"{generation}\"", GC.CollectionCount(generation) - OlderCollections(generation));

        var heap = GC.GetGCMemoryInfo(GCKind.Any);
        Single(text, "dotnet_gc_last_collection_memory_committed_size_bytes", "Memory that the managed heap had from the system at the end of the last garbage collection.", "gauge", heap.TotalCommittedBytes);
        text.Family("dotnet_gc_last_collection_heap_size_bytes", "Size of the managed heap at the end of the last garbage collection, by generation.", "gauge");
        for (int i = 0; i < Generations.Length; i++)
            text.Sample("dotnet_gc_last_collection_heap_size_bytes", "", $"generation=\"{Generations[i]}\"", heap.GenerationInfo[i].SizeAfterBytes);
        text.Family("dotnet_gc_last_collection_heap_fragmentation_size_bytes", "Gaps in the managed heap at the end of the last garbage collection, by generation.", "gauge");
        for (int i = 0; i < Generations.Length; i++)
            text.Sample("dotnet_gc_last_collection_heap_fragmentation_size_bytes", "", $"generation=\"{Generations[i]}\"", heap.GenerationInfo[i].FragmentationAfterBytes);

        Single(text, "dotnet_jit_compiled_methods_total", "Methods that the just-in-time compiler has compiled since the process started.", "counter", JitInfo.GetCompiledMethodCount());
        Single(text, "dotnet_jit_compilation_time_seconds_total", "Time that the just-in-time compiler has taken since the process started.", "counter", JitInfo.GetCompilationTime().TotalSeconds);

        text.Family("orleanslb_build_info", "Always 1; the version is in the label.", "gauge");
        text.Sample("orleanslb_build_info", "", PrometheusText.FormatLabels([new("version", ProductVersion.Text)]), 1);

        using var process = Process.GetCurrentProcess();
        Single(text, "process_cpu_seconds_total", "CPU time of the process in user and kernel mode.", "counter", process.TotalProcessorTime.TotalSeconds);
        Single(text, "process_resident_memory_bytes", "Resident set size of the process.", "gauge", process.WorkingSet64);
        Single(text, "process_start_time_seconds", "Start of the process, in seconds since the Unix epoch.", "gauge", (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds);
    }

    // The runtime counts a collection of a generation for every younger one too.
    private static int OlderCollections(int generation) => generation < GC.MaxGeneration ? GC.CollectionCount(generation + 1) : 0;

    private static void Single(PrometheusText text, string name, string help, string type, double value)
    {
        text.Family(name, help, type);
        text.Sample(name, "", "", value);
    }
}
