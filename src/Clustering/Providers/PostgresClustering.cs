using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Messaging;
using OrleansLb.Clustering.Documents;
using OrleansLb.Clustering.Settings;
using OrleansLb.Storage.Hosting;
using OrleansLb.Storage.Postgres;

namespace OrleansLb.Clustering.Providers;

/// <summary>The membership document in a PostgreSQL database.</summary>
/// <remarks>
/// Orleans has a provider for databases, too. Its package brings no statements for any of them: they would be as many lines as this store, in a schema that is not ours, and the
/// Kubernetes API needs the document anyway.
/// </remarks>
internal sealed class PostgresClustering : IClusteringProvider
{
    public string Name => "postgres";

    public string? Fault(string connectionString)
    {
        try
        {
            return string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(connectionString).Host) ? "connection_string must name a Host" : null;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            // the exception's message shows a piece of the string
            return "connection_string is not in Npgsql's form: Host=…;Username=…;Password=…;Database=…";
        }
    }

    public void Use(ISiloBuilder silo, ClusterSettings settings, string connectionString)
    {
        AddStore(silo.Services, settings, connectionString);
        silo.Services.AddSingleton<IMembershipTable>(services => new DocumentMembershipTable(services.GetRequiredService<IMembershipDocumentStore>(), settings.ClusterId));
    }

    public void Use(IClientBuilder client, ClusterSettings settings, string connectionString)
    {
        AddStore(client.Services, settings, connectionString);
        client.Services.AddSingleton<IGatewayListProvider>(static services => new DocumentGatewayList(
            services.GetRequiredService<IMembershipDocumentStore>(), services.GetRequiredService<IOptions<GatewayOptions>>().Value.GatewayListRefreshPeriod));
    }

    public void AddRecords(ISiloBuilder silo, string store, ClusterSettings settings, string connectionString) =>
        silo.Services.AddPostgresGrainStorage(store, new PostgresStorageOptions { ConnectionString = connectionString, Scope = $"{settings.ServiceId}/{settings.ClusterId}/" });

    private static void AddStore(IServiceCollection services, ClusterSettings settings, string connectionString) =>
        services.AddSingleton<IMembershipDocumentStore>(_ => new PostgresMembershipStore(connectionString, $"{settings.ServiceId}/{settings.ClusterId}"));
}
