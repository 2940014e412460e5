using OrleansLb.Clustering.Settings;
using OrleansLb.Configuration;
using OrleansLb.Silo.CommandLine;

namespace OrleansLb.Silo.Hosting;

/// <summary>Which cluster a process belongs to, by its configuration and its command line.</summary>
/// <param name="Settings">Null: to none.</param>
/// <param name="Faults">What keeps the program from starting, each with its place.</param>
internal sealed record ClusterPlan(ClusterSettings? Settings, IReadOnlyList<string> Faults)
{
    private const string CommandLinePlace = "command line";

    public static ClusterPlan Of(ClusterDeclaration? declared, RunOptions options)
    {
        var settings = options.Cluster.Over(declared?.Settings ?? new ClusterSettings());
        string place = declared?.Place ?? CommandLinePlace;
        if (!settings.IsClustered)
        {
            return options.Role == ProcessRole.All
                ? new ClusterPlan(null, [])
                : new ClusterPlan(null, [$"{place}: --role={options.Role.Name()} needs a cluster: set clustering in the block orleanslb.cluster, or --cluster.clustering"]);
        }

        return new ClusterPlan(settings, [.. ClusterSettingsCheck.Faults(settings, options.Role.HostsSilo()).Select(fault => $"{place}: {fault}")]);
    }
}
