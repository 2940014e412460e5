using OrleansLb.Configuration;

namespace OrleansLb.Silo.CommandLine;

/// <summary>What <c>orleanslb run</c> was asked for.</summary>
internal sealed record RunOptions
{
    /// <summary>The configuration file.</summary>
    public required string ConfigurationPath { get; init; }

    /// <summary>Where the admin listener listens, <c>host:port</c>.</summary>
    public string ListenAddress { get; init; } = "127.0.0.1:12345";

    /// <summary>Directory of durable state.</summary>
    public string StoragePath { get; init; } = "data-orleanslb/";

    /// <summary>The grains' own records are kept in that directory as well, since it was named; else they are gone with the process.</summary>
    public bool KeepsRecords { get; init; }

    /// <summary>
    /// Lowest stability of the components that a configuration may use; null lets every component pass, so that files with a debug
    /// exporter run as they are. Given, it is Alloy's gate.
    /// </summary>
    public StabilityLevel? StabilityLevel { get; init; }

    /// <summary>Time for the whole of a shutdown.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How much memory the process may use; null: what the configuration says.</summary>
    public MemoryLimit? MemoryLimit { get; init; }

    /// <summary>What the process does in its cluster.</summary>
    public ProcessRole Role { get; init; }

    /// <summary>What was said of the cluster; it goes before the configuration.</summary>
    public ClusterFlags Cluster { get; init; } = new();

    /// <summary>The admin listener shows Orleans' dashboard, whatever the configuration says.</summary>
    public bool Dashboard { get; init; }

    /// <summary>Receivers that would listen on every address listen on loopback only.</summary>
    public bool LoopbackOnly { get; init; }

    /// <summary>A hosts file that answers the dns resolvers in place of the system; null for the system's own.</summary>
    public string? HostsFile { get; init; }

    /// <summary>End when standard input ends: for child processes.</summary>
    public bool ExitWithStdin { get; init; }

    /// <summary>Flags of Alloy that were given and change nothing here.</summary>
    public IReadOnlyList<AlloyFlag> WithoutEffect { get; init; } = [];
}
