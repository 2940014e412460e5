using Orleans.Hosting;
using OrleansLb.Clustering.Hosting;
using OrleansLb.Clustering.Settings;
using OrleansLb.Grains.Membership;
using OrleansLb.Storage.Hosting;
using OrleansLb.Storage.Sqlite;

namespace OrleansLb.Silo.Hosting;

/// <summary>The store of the grains' own records, such as the membership that a resolver grain has seen last.</summary>
internal static class Records
{
    /// <summary>The name by which grains ask for it, and that of its directory.</summary>
    public const string Store = "orleanslb";

    private const string InMemory = "orleanslb.memory";

    /// <summary>Adds the store, which is open before the silo starts.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="storagePath">The directory that it gets one in; null, or one that cannot be used: the records are gone with the process.</param>
    public static IServiceCollection AddRecords(this IServiceCollection services, string? storagePath)
    {
        string inMemory = storagePath is null ? Store : InMemory;
        if (storagePath is not null)
            services.AddSqliteGrainStorage(Store, new SqliteStorageOptions { Directory = Path.Combine(storagePath, Store) }, inMemory);
        return services.AddOrleans(silo => silo.AddMemoryGrainStorage(inMemory));
    }

    /// <summary>Adds the store of a cluster: where its members are. Other silos may have the grain that this one had, so its epochs are reserved.</summary>
    /// <exception cref="ClusterJoinException">A file of the settings cannot be used.</exception>
    public static IServiceCollection AddClusterRecords(this IServiceCollection services, ClusterSettings cluster) => services
        .AddSingleton(EpochReservation.Shared)
        .AddOrleans(silo => silo.AddClusterRecords(cluster, Store));
}
