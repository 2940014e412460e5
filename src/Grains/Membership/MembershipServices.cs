using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OrleansLb.Grains.Membership;

/// <summary>What a silo needs to resolve backends and to know the routing tables.</summary>
public static class MembershipServices
{
    /// <summary>
    /// Adds <see cref="IRoutingTables"/> with the hosted service that feeds it. Needs <see cref="IGrainFactory"/> and
    /// <see cref="Options.IExporterCatalog"/>; add it after the engine, so that it stops first.
    /// </summary>
    public static IServiceCollection AddMembership(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RoutingTableFeed>();
        services.TryAddSingleton<IRoutingTables>(static provider => provider.GetRequiredService<RoutingTableFeed>());
        services.AddHostedService(static provider => provider.GetRequiredService<RoutingTableFeed>());
        return services;
    }
}
