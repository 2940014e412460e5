using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using OrleansLb.Clustering.Hosting;
using OrleansLb.Clustering.Settings;
using OrleansLb.Grains.Lanes;

namespace OrleansLb.Silo.Hosting;

/// <summary>The silo, or the client, of a process that belongs to a cluster.</summary>
internal static class ClusterMember
{
    /// <summary>Adds a silo that joins the cluster when the host starts. Services that call grains are registered later, as with <see cref="LocalSilo"/>.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="settings">The cluster.</param>
    /// <param name="exporters">The component IDs that this process knows.</param>
    /// <exception cref="ClusterJoinException">A file of the settings cannot be used.</exception>
    public static IServiceCollection AddClusterSilo(this IServiceCollection services, ClusterSettings settings, IEnumerable<string> exporters)
    {
        services.AddOrleans(silo => silo
            .UseCluster(settings)
            .UseLanes(exporters)
            .UseRecoveringDirectory()
            .Configure<SiloMessagingOptions>(static messaging =>
            {
                // for the reasons of LocalSilo
                messaging.WaitForCancellationAcknowledgement = true;
                messaging.GrainWorkloadAnalysisPeriod = TimeSpan.Zero;
            }));
        services.AddSingleton<DeclaredDead>();
        services.Replace(ServiceDescriptor.Singleton<IFatalErrorHandler>(static provider => provider.GetRequiredService<DeclaredDead>()));
        return services.AddGrainTime();
    }

    // With Orleans' older directory the death or the stop of a silo deactivates those grains of all others whose entries it had.
    private static ISiloBuilder UseRecoveringDirectory(this ISiloBuilder silo)
    {
#pragma warning disable ORLEANSEXP003 // marked as experimental; what we need of it is held by tests (LanePlacementTests, ClusterLanesTests)
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003

        // It would keep the grains of a dead silo from living elsewhere for half a minute, in case that silo is not dead. Such a silo cannot store anything over what its successor has
        // stored, and ends when it finds out; until then two grains may send, each what it has accepted itself.
        silo.Services.Configure<GrainDirectoryOptions>(static directory => directory.RangeLeaseDuration = TimeSpan.Zero);
        return silo;
    }

    /// <summary>Adds a client that connects when the host starts, and waits for the first gateway as long as that takes: clients may start before silos.</summary>
    /// <exception cref="ClusterJoinException">A file of the settings cannot be used.</exception>
    public static IServiceCollection AddClusterClient(this IServiceCollection services, ClusterSettings settings)
    {
        services.AddOrleansClient(client => client
            .UseCluster(settings)
            .UseConnectionRetryFilter<GatewayPatience>()
            .Configure<ClientMessagingOptions>(static messaging => messaging.WaitForCancellationAcknowledgement = true));
        return services.AddGrainTime();
    }
}
