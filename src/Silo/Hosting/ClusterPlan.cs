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

    public static ClusterPlan Of(PipelineConfiguration configuration, RunOptions options)
    {
        var plan = OfBlock(configuration.Cluster, options);
        return plan.Settings is null || !options.Role.HostsSilo() ? plan : plan with { Faults = [.. plan.Faults, .. FaultsOfStores(configuration)] };
    }

    // The queues of a silo that is gone are taken over by the others, which must be able to read them.
    private static IEnumerable<string> FaultsOfStores(PipelineConfiguration configuration)
    {
        foreach (var store in configuration.Stores)
        {
            if (store.Sqlite is null)
                continue;
            foreach (var exporter in configuration.LoadBalancers)
            {
                if (exporter.Queue.Storage == store.ComponentId || exporter.SendingQueue?.Storage == store.ComponentId)
                {
                    yield return $"{store.Place}: {store.ComponentId} belongs to one machine, and the queues of {exporter.ComponentId} to a cluster:"
                        + " use orleanslb.storage.postgres, which all silos reach";
                }
            }
        }
    }

    private static ClusterPlan OfBlock(ClusterDeclaration? declared, RunOptions options)
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
