using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Hosting;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace OrleansLb.Grains.Lanes;

/// <summary>Where the grains of exporters live.</summary>
public static class LaneServices
{
    /// <summary>Makes the silo one of a cluster's, which tells the others what it knows.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="componentIds">The exporters of its configuration.</param>
    public static ISiloBuilder UseLanes(this ISiloBuilder silo, IEnumerable<string> componentIds)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.UseSiloMetadata(KnownExporters.ToMetadata(componentIds));
        silo.Services.AddSingleton<ILanes, ClusterLanes>();
        return silo;
    }

    /// <summary>Adds the placement of grains; without <see cref="UseLanes"/> there is one silo.</summary>
    internal static IServiceCollection AddLanePlacement(this IServiceCollection services)
    {
        services.TryAddSingleton<ILanes, LoneLane>();
        if (services.Any(static service => service is { IsKeyedService: true, KeyedImplementationType: { } type } && type == typeof(LaneDirector)))
            return services;
        services.AddPlacementDirector<LanePlacement, LaneDirector>();
        services.AddPlacementDirector<ExporterPlacement, LaneDirector>();
        return services;
    }
}
