using System.Net;
using OrleansLb.Clustering.Providers;

namespace OrleansLb.Clustering.Settings;

/// <summary>What can be said about the settings of a cluster without joining it.</summary>
public static class ClusterSettingsCheck
{
    private const int LongestId = 150;

    /// <summary>All that is wrong with the settings, each with the name of its key; empty when they can be used.</summary>
    /// <param name="settings">The block with the flags over it.</param>
    /// <param name="hostsSilo">Whether the process is a silo, which others must be able to reach.</param>
    public static IReadOnlyList<string> Faults(ClusterSettings settings, bool hostsSilo)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (!settings.IsClustered)
            return [];
        var faults = new List<string?> { ClusteringFault(settings.Clustering) };
        if (faults[0] is null)
            faults.Add(ConnectionFault(settings));
        faults.Add(IdFault("cluster_id", settings.ClusterId));
        faults.Add(IdFault("service_id", settings.ServiceId));
        faults.Add(settings.SiloName is null ? null : IdFault("silo_name", settings.SiloName));
        if (hostsSilo)
        {
            faults.Add(AddressFault(settings.AdvertisedAddress));
            faults.Add(settings.SiloPort == settings.GatewayPort ? $"silo_port and gateway_port are the same: {settings.SiloPort}" : null);
            faults.Add(PlainTextFault(settings));
        }

        faults.Add(settings is { Insecure: true, Tls: not null } ? "insecure = true and the block tls exclude each other" : null);
        if (settings.Tls is { } tls)
        {
            faults.Add(FileFault("tls.ca_file", tls.CaFile));
            faults.Add(FileFault("tls.cert_file", tls.CertFile));
            faults.Add(FileFault("tls.key_file", tls.KeyFile));
        }

        return [.. faults.OfType<string>()];
    }

    /// <summary>Why there is no such clustering, or null.</summary>
    public static string? ClusteringFault(string clustering)
    {
        if (clustering == ClusterSettings.NoCluster || ClusteringProviders.Find(clustering) is not null)
            return null;
        return clustering == "kubernetes"
            ? "clustering = \"kubernetes\" is not supported yet"
            : $"clustering \"{clustering}\" is unknown: it must be {string.Join(", ", ClusteringProviders.Names.Select(static name => $"\"{name}\""))} or \"{ClusterSettings.NoCluster}\"";
    }

    /// <summary>Why nobody can dial this address, or null.</summary>
    public static string? AddressFault(string? address)
    {
        if (string.IsNullOrEmpty(address))
            return "advertised_address is missing: the IP address at which the other members reach this silo, 127.0.0.1 for a cluster on one machine";
        if (!IPAddress.TryParse(address, out var parsed))
            return $"advertised_address \"{address}\" is no IP address";
        return parsed.Equals(IPAddress.Any) || parsed.Equals(IPAddress.IPv6Any) ? $"advertised_address \"{address}\" can be listened on, but nobody can dial it" : null;
    }

    private static string? ConnectionFault(ClusterSettings settings)
    {
        if (settings is { ConnectionString: not null, ConnectionStringFile: not null })
            return "connection_string and connection_string_file exclude each other";
        if (settings is { ConnectionString: null, ConnectionStringFile: null })
            return $"clustering = \"{settings.Clustering}\" needs connection_string or connection_string_file";
        if (ClusterConnection.Read(settings, out string? fault) is not { } connection)
            return fault;
        return ClusteringProviders.Find(settings.Clustering)!.Fault(connection);
    }

    private static string? IdFault(string key, string id)
    {
        if (id.Length is 0 or > LongestId)
            return $"{key} must have from 1 to {LongestId} characters";
        return id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':') ? null : $"{key} \"{id}\" may have letters, digits and -_.: only";
    }

    private static string? PlainTextFault(ClusterSettings settings) =>
        settings is { Tls: null, Insecure: false } && IPAddress.TryParse(settings.AdvertisedAddress, out var address) && !IPAddress.IsLoopback(address)
            ? $"silos at {address} would talk in plain text over the network: give certificates in the block tls, or say insecure = true where the network itself is trusted"
            : null;

    private static string? FileFault(string key, string path) =>
        path.Length == 0 ? $"{key} is missing" : File.Exists(path) ? null : $"{key}: there is no file {path}";
}
