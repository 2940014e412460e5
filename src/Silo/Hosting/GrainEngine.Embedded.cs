using OrleansLb.Embedded.Hosting;
using OrleansLb.Grains.Exporting;

namespace OrleansLb.Silo.Hosting;

/// <summary>The engine in this process.</summary>
internal static class GrainEngine
{
    // The store that the grains' records name. It lasts as long as the process, like the queues do.
    private const string Store = "orleanslb";

    /// <summary>Why this program cannot run grains; null when it can.</summary>
    public static string? NotSupported => null;

    public static IServiceCollection AddGrainEngine(this IServiceCollection services) =>
        services.AddEmbeddedGrains(static engine => engine.Assemblies.Add(typeof(IExporterGrain).Assembly)).AddMemoryGrainStorage(Store);
}
