using System.Diagnostics.Metrics;
using Orleans.Runtime;
using OrleansLb.Clustering.Settings;
using OrleansLb.Configuration;
using OrleansLb.Grains.Exporting.SendingQueues;
using OrleansLb.Grains.Hosting;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Membership.Resolving;
using OrleansLb.Grains.Options;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Silo.CommandLine;
using OrleansLb.Silo.Telemetry;

namespace OrleansLb.Silo.Hosting;

/// <summary>What a process needs for its role.</summary>
internal static class RoleServices
{
    /// <summary>With one process there is one lane.</summary>
    private const string OnlyLane = "local";

    /// <summary>A silo with its stores, its grains and the routers, which split what its sending queues hold; of a cluster or alone.</summary>
    public static IServiceCollection AddSiloRole(this IServiceCollection services, PipelineConfiguration configuration, RunOptions options, ClusterSettings? cluster, bool dashboard = false)
    {
        if (options.HostsFile is { } path)
            services.AddSingleton<IHostLookup>(new HostsFileLookup(path, new SystemHostLookup()));
        services.AddStores(configuration.Stores, options.StoragePath);

        if (cluster is null)
        {
            services.AddRecords(options.KeepsRecords ? options.StoragePath : null);
            services.AddLocalSilo();
        }
        else
        {
            services.AddMessageSizes(configuration.Receivers);
            services.AddClusterRecords(cluster);
            services.AddClusterSilo(cluster, configuration.LoadBalancers.Select(static exporter => exporter.ComponentId));
            services.AddSingleton(static provider => new ClusterMetrics(
                provider.GetRequiredService<IMeterFactory>(), () => provider.GetRequiredService<ISiloStatusOracle>().GetApproximateSiloStatuses(onlyActive: true).Count));
        }

        return services
            .AddDashboard(dashboard)
            .AddExporterGrains()
            .AddEjection()
            .AddMembership()
            .AddSingleton(new LaneIdentity(cluster?.EffectiveSiloName ?? OnlyLane))
            .AddSingleton<ILaneChoice>(static provider => new OneLane(provider.GetRequiredService<LaneIdentity>().Name))
            .AddRouters()
            .AddSingleton<ExporterDrain>();
    }

    /// <summary>A client of the cluster with the routers; its grains live on the silos.</summary>
    public static IServiceCollection AddIngressRole(this IServiceCollection services, PipelineConfiguration configuration, ClusterSettings cluster) => services
        .AddMessageSizes(configuration.Receivers)
        .AddClusterClient(cluster)
        .AddSingleton(static provider => new ClusterMetrics(
            provider.GetRequiredService<IMeterFactory>(), () => provider.GetRequiredService<LivingSilos>().Names.Count))
        .AddSingleton<LivingSilos>()
        .AddSingleton<ILivingSilos>(static provider => provider.GetRequiredService<LivingSilos>())
        .AddHostedService(static provider => provider.GetRequiredService<LivingSilos>())
        .AddRoutingTables()
        .AddSingleton<LanesOfLivingSilos>()
        .AddSingleton<ILaneChoice>(static provider => provider.GetRequiredService<LanesOfLivingSilos>())
        .AddRouters();

    private static IServiceCollection AddRouters(this IServiceCollection services) => services
        .AddSingleton<LoadBalancers>()
        .AddSingleton<IFanOuts>(static provider => provider.GetRequiredService<LoadBalancers>());
}
