using Orleans.Hosting;
using OrleansLb.Clustering.Documents;
using OrleansLb.Clustering.Settings;

namespace OrleansLb.Clustering.Providers;

/// <summary>The membership document in a directory of the machine on which all members run: needs no server, and is no protection against the loss of the machine.</summary>
internal sealed class FileClustering : IClusteringProvider
{
    public string Name => "file";

    public string? Fault(string connectionString) =>
        Path.IsPathFullyQualified(connectionString) ? null : "connection_string must be the absolute path of a directory of this machine that all members share";

    public void Use(ISiloBuilder silo, ClusterSettings settings, string connectionString) =>
        silo.Services.AddDocumentMembership(settings, _ => StoreOf(settings, connectionString));

    public void Use(IClientBuilder client, ClusterSettings settings, string connectionString) =>
        client.Services.AddDocumentGateways(_ => StoreOf(settings, connectionString));

    public void AddRecords(ISiloBuilder silo, string store, ClusterSettings settings, string connectionString) =>
        silo.Services.AddDocumentRecords(store, () => new DocumentGrainStorage(
            record => new FileMembershipStore(Path.Combine(DirectoryOf(settings, connectionString), "records", Uri.EscapeDataString(record)))));

    // IDs may have a colon, which not every file system takes
    private static FileMembershipStore StoreOf(ClusterSettings settings, string directory) =>
        new(DirectoryOf(settings, directory));

    private static string DirectoryOf(ClusterSettings settings, string directory) =>
        Path.Combine(directory, Uri.EscapeDataString(settings.ServiceId), Uri.EscapeDataString(settings.ClusterId));
}
