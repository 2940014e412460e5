using Orleans.Configuration;
using Orleans.Hosting;
using OrleansLb.Clustering.Hosting;
using OrleansLb.Clustering.Settings;

namespace OrleansLb.Silo.Hosting;

/// <summary>The silo, or the client, of a process that belongs to a cluster.</summary>
internal static class ClusterMember
{
    /// <summary>Adds a silo that joins the cluster when the host starts. Services that call grains are registered later, as with <see cref="LocalSilo"/>.</summary>
    /// <exception cref="ClusterJoinException">A file of the settings cannot be used.</exception>
    public static IServiceCollection AddClusterSilo(this IServiceCollection services, ClusterSettings settings)
    {
        services.AddOrleans(silo => silo
            .UseCluster(settings)
            .Configure<SiloMessagingOptions>(static messaging =>
            {
                // for the reasons of LocalSilo
                messaging.WaitForCancellationAcknowledgement = true;
                messaging.GrainWorkloadAnalysisPeriod = TimeSpan.Zero;
            }));
        return services.AddGrainTime();
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
