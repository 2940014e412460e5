namespace OrleansLb.Silo.Hosting;

/// <summary>The engine of a cluster: its grains compile, its hosting is still to come.</summary>
internal static class GrainEngine
{
    /// <summary>Why this program cannot run grains; null when it can.</summary>
    public static string? NotSupported => "hosting on the Orleans engine is not supported yet";

    public static IServiceCollection AddGrainEngine(this IServiceCollection services) => throw new NotSupportedException(NotSupported);
}
