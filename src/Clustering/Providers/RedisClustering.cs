using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using OrleansLb.Clustering.Documents;
using OrleansLb.Clustering.Settings;
using StackExchange.Redis;

namespace OrleansLb.Clustering.Providers;

/// <summary>Orleans' own providers: hashes in a Redis server.</summary>
internal sealed class RedisClustering : IClusteringProvider
{
    public string Name => "redis";

    public string? Fault(string connectionString)
    {
        try
        {
            return ConfigurationOptions.Parse(connectionString).EndPoints.Count > 0 ? null : "connection_string names no server: it must be like host:6379,password=…";
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            // the exception's message shows a piece of the string
            return "connection_string is not in the form of StackExchange.Redis: host:6379,password=…";
        }
    }

    public void Use(ISiloBuilder silo, ClusterSettings settings, string connectionString) =>
        silo.UseRedisClustering(options => options.ConfigurationOptions = Options(connectionString));

    public void Use(IClientBuilder client, ClusterSettings settings, string connectionString) =>
        client.UseRedisClustering(options => options.ConfigurationOptions = Options(connectionString));

    public void AddRecords(ISiloBuilder silo, string store, ClusterSettings settings, string connectionString) =>
        silo.AddRedisGrainStorage(store, options =>
        {
            options.ConfigurationOptions = Options(connectionString);
            options.GrainStorageSerializer = RecordJson.Instance;
            options.GetStorageKey = (state, grain) => $"{settings.ServiceId}/{settings.ClusterId}/records/{grain}/{state}";
        });

    private static ConfigurationOptions Options(string connectionString) => ConfigurationOptions.Parse(connectionString);
}
