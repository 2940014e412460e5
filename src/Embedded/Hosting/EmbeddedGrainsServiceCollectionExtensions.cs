using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;
using Orleans.Storage;
using OrleansLb.Embedded.Engine;

namespace OrleansLb.Embedded.Hosting;

/// <summary>Registers the engine that runs grains in this process.</summary>
public static class EmbeddedGrainsServiceCollectionExtensions
{
    /// <summary>
    /// Adds the engine and its <see cref="IGrainFactory"/>. Services that call grains are registered later: the host stops them before
    /// the engine, which then deactivates every grain.
    /// </summary>
    public static IServiceCollection AddEmbeddedGrains(this IServiceCollection services, Action<EmbeddedGrainOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddLogging();
        services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<GrainClasses>();
        services.TryAddSingleton<ActivationDirectory>();
        services.TryAddSingleton<IGrainFactory, GrainFactory>();
        services.AddHostedService<EmbeddedGrainsService>();
        return services;
    }

    /// <summary>Adds a store of this name that lasts as long as the process; the name <c>Default</c> is the store of records that name none.</summary>
    public static IServiceCollection AddMemoryGrainStorage(this IServiceCollection services, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        services.AddKeyedSingleton<IGrainStorage, MemoryGrainStorage>(name);
        if (name == "Default")
            services.TryAddSingleton(static provider => provider.GetRequiredKeyedService<IGrainStorage>("Default"));
        return services;
    }
}
