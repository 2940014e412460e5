using System.Globalization;
using OrleansLb.EndToEnd.Tests.Infrastructure;

namespace OrleansLb.Cluster.Tests.Running;

/// <summary>The configuration that all members of a cluster share.</summary>
/// <param name="Members">Connection string of the store by which silos find each other.</param>
/// <param name="Queues">Connection string of the store of the queues; null: they are in memory.</param>
/// <param name="Port">Of all backends.</param>
internal sealed record ClusterSettings(string Members, string? Queues, int Port)
{
    /// <summary>The name of the backends.</summary>
    public const string Backends = "backends.cluster.internal";

    /// <summary>The time for an orderly stop.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(15);

    /// <summary>How long after a change of their name the last part must have come to the backends that it is for.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    private readonly string _clusterId = $"c{Guid.NewGuid():N}";

    /// <summary>Starts a process of this cluster, on ports that nobody has.</summary>
    public Task<OrleansLbProcess> LaunchAsync(string role, string name, HostsFile hosts) => OrleansLbProcess.LaunchAsync(
        ToText(),
        "--role", role,
        "--dns.hosts-file", hosts.Path,
        "--shutdown-timeout", $"{ShutdownTimeout.TotalSeconds}s",
        "--cluster.silo-name", name,
        "--cluster.silo-port", FreePorts.Next().ToString(CultureInfo.InvariantCulture),
        "--cluster.gateway-port", FreePorts.Next().ToString(CultureInfo.InvariantCulture));

    // backends that refuse for seconds while silos come and go are to stay on the ring: what happens to lanes is what is looked at
    private string ToText() => $$"""
        orleanslb.cluster {
          clustering         = "postgres"
          cluster_id         = "{{_clusterId}}"
          connection_string  = "{{Members}}"
          advertised_address = "127.0.0.1"
        }

        {{Configurations.Balancer(
            [],
            exporter: "debounce = \"200ms\"\nejection {\nenabled = false\n}",
            otlp: $"timeout = \"5s\"\nqueue {{\nqueue_size = 20000\nnum_consumers = 4\n{(Queues is null ? "" : "storage = orleanslb.storage.postgres.shared.handler")}\n}}",
            resolver: $"dns {{\nhostname = \"{Backends}\"\nport = \"{Port}\"\ninterval = \"200ms\"\n}}")}}
        {{(Queues is null ? "" : $"orleanslb.storage.postgres \"shared\" {{\nconnection_string = \"{Queues}\"\n}}")}}

        """;
}
