using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace OrleansLb.Silo.Hosting;

/// <summary>The one silo of a process that is no part of a cluster. It knows nobody, nobody can reach it, and it listens on no port.</summary>
internal static class LocalSilo
{
    // Part of the silo's name only: nobody listens there.
    private const int NoPort = 1;

    /// <summary>
    /// Adds the silo; grains are called through its <see cref="IGrainFactory"/>. Services that call grains are registered later: the host stops
    /// them before the silo, which then deactivates every grain.
    /// </summary>
    public static IServiceCollection AddLocalSilo(this IServiceCollection services)
    {
        services.AddOrleans(static silo => silo
            .UseLocalhostClustering(NoPort, gatewayPort: 0, serviceId: "orleanslb", clusterId: Guid.NewGuid().ToString("N"))
            .Configure<SiloMessagingOptions>(static messaging =>
            {
                // Whoever calls owns the memory of what it hands over until the grain has answered, also when it wants it no more.
                messaging.WaitForCancellationAcknowledgement = true;

                // nothing is under way for long within a process, and looking costs
                messaging.DropExpiredMessages = false;

                // A call that waits for a backend may take as long as retries do. Orleans would describe each of them to its caller every five seconds.
                messaging.GrainWorkloadAnalysisPeriod = TimeSpan.Zero;
            })
            // Orleans has room for a million grains, an array of 18 MB; here there are a few for each backend, and the directory is in the same process
            .Configure<GrainDirectoryOptions>(static directory => directory.CacheSize = 10_000)
            // there is nobody to tell one's load
            .Configure<DeploymentLoadPublisherOptions>(static load => load.DeploymentLoadPublisherRefreshTime = TimeSpan.Zero));
        services.CutOff();
        return services.AddGrainTime();
    }

    /// <summary>The program's time is the grains' and their timers'. Orleans' own heart beats by the machine's: it must not stand still with the time of a test.</summary>
    public static IServiceCollection AddGrainTime(this IServiceCollection services) => services
        .AddKeyedSingleton(KeyedService.AnyKey, TimeProvider.System)
        .AddKeyedSingleton(TimeProviderNames.Grains, static (provider, _) => provider.GetRequiredService<TimeProvider>());

    // The keys of these services are Orleans' own, so what is registered is replaced in its place.
    private static void CutOff(this IServiceCollection services)
    {
        for (int i = 0; i < services.Count; i++)
        {
            var service = services[i];
            if (!service.IsKeyedService)
                continue;
            if (service.ServiceType == typeof(IConnectionListenerFactory))
                services[i] = ServiceDescriptor.KeyedSingleton<IConnectionListenerFactory, NoConnections>(service.ServiceKey);
            else if (service.ServiceType == typeof(IConnectionFactory))
                services[i] = ServiceDescriptor.KeyedSingleton<IConnectionFactory, NoConnections>(service.ServiceKey);
        }
    }
}
