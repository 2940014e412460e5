using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansLb.Grains.Ejection;
using OrleansLb.Grains.Lanes;
using OrleansLb.Grains.Membership.Resolving;
using OrleansLb.Grains.Sending;

namespace OrleansLb.Grains.Membership;

/// <summary>What a silo needs to resolve backends and to know the routing tables.</summary>
public static class MembershipServices
{
    /// <summary>
    /// Adds what the resolver grain needs, and <see cref="IRoutingTables"/> and <see cref="IRoutingStates"/> with the hosted service that feeds them. Needs
    /// <see cref="IGrainFactory"/> and <see cref="Options.IExporterCatalog"/>; add it after the silo, so that it stops first.
    /// An <see cref="IHostLookup"/> or <see cref="EpochReservation"/> that was added before stays in force.
    /// </summary>
    public static IServiceCollection AddMembership(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IHostLookup, SystemHostLookup>();
        services.TryAddSingleton(EpochReservation.None);
        services.TryAddSingleton<BackendResolvers>();
        services.TryAddSingleton<ResolverMetrics>();
        services.TryAddSingleton<EjectionMetrics>();
        services.TryAddSingleton<IOtlpClientPool, OtlpClientPool>();
        services.AddLanePlacement();
        return services.AddRoutingTables();
    }

    /// <summary>
    /// Adds <see cref="IRoutingTables"/> and <see cref="IRoutingStates"/> with the hosted service that feeds them, for a process whose resolver grains live elsewhere too. Needs what
    /// <see cref="AddMembership"/> needs.
    /// </summary>
    public static IServiceCollection AddRoutingTables(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RoutingTableFeed>();
        services.TryAddSingleton<IRoutingTables>(static provider => provider.GetRequiredService<RoutingTableFeed>());
        services.TryAddSingleton<IRoutingStates>(static provider => provider.GetRequiredService<RoutingTableFeed>());
        services.AddHostedService(static provider => provider.GetRequiredService<RoutingTableFeed>());
        services.AddHostedService<RingMetrics>();
        services.AddHostedService<EpochMetrics>();
        return services;
    }
}
