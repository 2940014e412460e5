using Npgsql;
using Orleans.Hosting;
using OrleansLb.Clustering.Documents;
using OrleansLb.Clustering.Settings;

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

    public void Use(ISiloBuilder silo, ClusterSettings settings, string connectionString) =>
        silo.Services.AddDocumentMembership(settings, _ => StoreOf(settings, connectionString));

    public void Use(IClientBuilder client, ClusterSettings settings, string connectionString) =>
        client.Services.AddDocumentGateways(_ => StoreOf(settings, connectionString));

    public void AddRecords(ISiloBuilder silo, string store, ClusterSettings settings, string connectionString) =>
        silo.Services.AddDocumentRecords(store, () =>
        {
            var source = NpgsqlDataSource.Create(connectionString);
            return new DocumentGrainStorage(record => new PostgresMembershipStore(source, $"{settings.ServiceId}/{settings.ClusterId}/{record}"), source);
        });

    private static PostgresMembershipStore StoreOf(ClusterSettings settings, string connectionString) => new(connectionString, $"{settings.ServiceId}/{settings.ClusterId}");
}
