using Orleans.Hosting;
using OrleansLb.Clustering.Settings;

namespace OrleansLb.Clustering.Providers;

/// <summary>A kind of store by which silos find each other, and clients their gateways.</summary>
internal interface IClusteringProvider
{
    /// <summary>As configurations write it.</summary>
    string Name { get; }

    /// <summary>Why no store can be reached with this connection string, as far as that can be said without trying, or null. Shows nothing of the string.</summary>
    string? Fault(string connectionString);

    /// <summary>Has a silo join by this store.</summary>
    void Use(ISiloBuilder silo, ClusterSettings settings, string connectionString);

    /// <summary>Has a client find its gateways in this store.</summary>
    void Use(IClientBuilder client, ClusterSettings settings, string connectionString);

    /// <summary>Has grains keep records in the same place, by the name of an Orleans store: every silo sees the same, and a write with an ETag that is not the newest fails.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="store">The name of the store.</param>
    /// <param name="settings">Whose cluster's records they are: clusters share none, nor do services.</param>
    /// <param name="connectionString">Where the place is.</param>
    void AddRecords(ISiloBuilder silo, string store, ClusterSettings settings, string connectionString);
}

/// <summary>The kinds that there are.</summary>
internal static class ClusteringProviders
{
    private static readonly IClusteringProvider[] s_all = [new RedisClustering(), new PostgresClustering(), new FileClustering()];

    public static IEnumerable<string> Names => s_all.Select(static provider => provider.Name);

    public static IClusteringProvider? Find(string name) => Array.Find(s_all, provider => provider.Name == name);
}
