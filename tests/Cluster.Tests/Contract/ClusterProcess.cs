using System.Globalization;
using OrleansLb.EndToEnd.Tests.Infrastructure;

namespace OrleansLb.Cluster.Tests.Contract;

/// <summary>Starts members of one cluster on this machine, each with ports of its own.</summary>
/// <param name="clustering">The kind of the store.</param>
/// <param name="connectionString">Where it is.</param>
/// <param name="backends">Where traffic goes.</param>
/// <param name="settings">More lines of the block <c>orleanslb.cluster</c>.</param>
/// <param name="otlp">More lines of the exporter's block <c>otlp</c>.</param>
/// <param name="components">More components.</param>
/// <param name="resolver">The exporter's resolver, if it is not the static list of the backends.</param>
/// <param name="exporter">More lines of the exporter.</param>
/// <param name="flags">More flags.</param>
internal sealed class ClusterProcess(
    string clustering, string connectionString, MockBackend[] backends, string settings = "", string otlp = "", string components = "",
    string? resolver = null, string exporter = "", params string[] flags)
{
    private readonly string _clusterId = $"c{Guid.NewGuid():N}";

    public async Task<OrleansLbProcess> StartAsync(string role = "all", string? settingsOfItsOwn = null)
    {
        var process = await LaunchAsync(role, settingsOfItsOwn);
        await process.ReadyAsync();
        return process;
    }

    public Task<OrleansLbProcess> LaunchAsync(string role = "all", string? settingsOfItsOwn = null)
    {
        string block = $$"""
            orleanslb.cluster {
              clustering         = "{{clustering}}"
              cluster_id         = "{{_clusterId}}"
              connection_string  = "{{connectionString}}"
              advertised_address = "127.0.0.1"
              {{settingsOfItsOwn ?? settings}}
            }


            """;
        return OrleansLbProcess.LaunchAsync(
            block + Configurations.Balancer(backends, otlp: otlp, resolver: resolver, exporter: exporter) + components,
            [
                .. flags,
                "--role", role,
                "--cluster.silo-port", FreePorts.Next().ToString(CultureInfo.InvariantCulture),
                "--cluster.gateway-port", FreePorts.Next().ToString(CultureInfo.InvariantCulture),
            ]);
    }
}
