using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansLb.Grains.Dealing;
using OrleansLb.Grains.Ejection;
using OrleansLb.Grains.Exporting;
using OrleansLb.Grains.Exporting.StoredQueues;
using OrleansLb.Grains.Lanes;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Grains.Telemetry;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Hosting;

/// <summary>What a silo needs to host exporter grains.</summary>
public static class ExporterGrainServices
{
    /// <summary>
    /// Adds the OTLP clients, the metrics and the memory of exporter grains. A hosted service wakes the grains that
    /// have something stored: add this after the silo. They need <see cref="Options.IExporterCatalog"/> and
    /// <see cref="Membership.IRoutingTables"/> as well.
    /// </summary>
    public static IServiceCollection AddExporterGrains(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(PayloadPool.Shared);
        services.TryAddSingleton<RequestDealer>();
        services.TryAddSingleton<IOtlpClientPool, OtlpClientPool>();
        services.TryAddSingleton<ExporterMetrics>();
        services.TryAddSingleton<ActiveExporterGrains>();
        services.TryAddSingleton<NextActivations>();
        services.AddLanePlacement();
        services.TryAddSingleton(new LaneIdentity(""));
        services.TryAddSingleton<BackendHealth>();
        services.AddHostedService<StoredQueueWaker>();
        return services;
    }

    /// <summary>
    /// Adds the hosted service that tells the resolver grains which backends take nothing, so that they are taken off the ring. Add it after the engine, with
    /// <see cref="AddExporterGrains"/> and <see cref="Membership.MembershipServices.AddMembership"/>.
    /// </summary>
    public static IServiceCollection AddEjection(this IServiceCollection services) => services.AddHostedService<HealthReporter>();
}
