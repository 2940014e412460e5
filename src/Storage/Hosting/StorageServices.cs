using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OrleansLb.Storage.Committing;
using OrleansLb.Storage.Postgres;
using OrleansLb.Storage.Sqlite;
using OrleansLb.Storage.States;
using OrleansLb.Storage.Telemetry;

namespace OrleansLb.Storage.Hosting;

/// <summary>Registers stores under their names, as Orleans looks for them.</summary>
public static class StorageServices
{
    /// <summary>
    /// Adds a store in a directory. It is opened when the host starts, which fails with <see cref="StorageOpenException"/> when that is not
    /// possible, and closed with the container, after every grain is deactivated. Add it before the silo.
    /// </summary>
    public static IServiceCollection AddSqliteGrainStorage(this IServiceCollection services, string name, SqliteStorageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return services.AddStore(name, () => new SqliteDatabase(options));
    }

    /// <summary>
    /// Adds a store in a directory for records that the program can do without. Where the directory cannot be used when the host starts, the log
    /// says so and the store of the name <paramref name="otherwise"/> stands in for it. Add it before the silo.
    /// </summary>
    public static IServiceCollection AddSqliteGrainStorage(this IServiceCollection services, string name, SqliteStorageOptions options, string otherwise)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddDatabase(name, () => new SqliteDatabase(options));
        services.AddKeyedSingleton(name, (provider, _) => ActivatorUtilities.CreateInstance<OptionalStore>(
            provider, name, provider.GetRequiredKeyedService<DatabaseGrainStorage>(name)));
        services.AddKeyedSingleton<IGrainStorage>(name, (provider, _) => provider.GetRequiredKeyedService<OptionalStore>(name).IsOpen
            ? provider.GetRequiredKeyedService<DatabaseGrainStorage>(name)
            : provider.GetRequiredKeyedService<IGrainStorage>(otherwise));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<OptionalStore>(name));
        return services;
    }

    /// <summary>
    /// Adds a store in a PostgreSQL database. Its tables are made when the host starts, which fails when the database cannot be reached; later
    /// calls fail with <see cref="Grains.Persistence.StorageUnavailableException"/> as long as it is away. Add it before the silo.
    /// </summary>
    public static IServiceCollection AddPostgresGrainStorage(this IServiceCollection services, string name, PostgresStorageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return services.AddStore(name, () => new PostgresDatabase(options));
    }

    private static IServiceCollection AddStore(this IServiceCollection services, string name, Func<IStateDatabase> create)
    {
        services.AddDatabase(name, create);
        services.AddKeyedSingleton<IGrainStorage>(name, static (provider, key) => provider.GetRequiredKeyedService<DatabaseGrainStorage>(key));
        services.AddSingleton<IHostedService>(provider => new StoreOpening(name, provider.GetRequiredKeyedService<DatabaseGrainStorage>(name)));
        return services;
    }

    private static void AddDatabase(this IServiceCollection services, string name, Func<IStateDatabase> create)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        services.AddMetrics();
        services.TryAddSingleton<StorageInstruments>();
        services.AddKeyedSingleton(name, (provider, _) => new DatabaseGrainStorage(
            name,
            create(),
            provider.GetKeyedService<IGrainStorageSerializer>(name) ?? JsonStateSerializer.Instance,
            new StoreMetrics(provider.GetRequiredService<StorageInstruments>(), name)));
    }
}
