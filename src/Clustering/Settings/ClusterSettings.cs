namespace OrleansLb.Clustering.Settings;

/// <summary>How a process belongs to a cluster: the block <c>orleanslb.cluster</c> with the flags <c>--cluster.*</c> over it. <see cref="ClusterSettingsCheck"/> says what is wrong with it.</summary>
public sealed record ClusterSettings
{
    /// <summary>The clustering of a process that belongs to no cluster.</summary>
    public const string NoCluster = "none";

    /// <summary>By which store silos find each other: the name of a provider, or <see cref="NoCluster"/>.</summary>
    public string Clustering { get; init; } = NoCluster;

    /// <summary>Silos with the same ID in the same store are one cluster.</summary>
    public string ClusterId { get; init; } = "orleanslb";

    /// <summary>What outlives clusters: stored state belongs to the service.</summary>
    public string ServiceId { get; init; } = "orleanslb";

    /// <summary>The name of this process' silo, which its lane has too; null: the machine's name with the silo port.</summary>
    public string? SiloName { get; init; }

    /// <summary>How the store is reached, in the form of its provider.</summary>
    public Secret? ConnectionString { get; init; }

    /// <summary>A file that holds the connection string instead.</summary>
    public string? ConnectionStringFile { get; init; }

    /// <summary>The IP address at which other silos and clients reach this silo. It listens there and nowhere else.</summary>
    public string? AdvertisedAddress { get; init; }

    /// <summary>The port for other silos.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>The port for the clients of the cluster: processes of the role <c>ingress</c>.</summary>
    public int GatewayPort { get; init; } = 30000;

    /// <summary>How long a silo waits for the answer to a probe, and how often it probes.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>So many probes in a row without an answer are a vote for the silo's death. With the default it is declared dead within five seconds.</summary>
    public int MissedProbes { get; init; } = 3;

    /// <summary>Whether silos and clients may talk in plain text over a network.</summary>
    public bool Insecure { get; init; }

    /// <summary>TLS between silos and to their gateways; null: plain text.</summary>
    public ClusterTls? Tls { get; init; }

    /// <summary>Whether there is a cluster at all.</summary>
    public bool IsClustered => Clustering != NoCluster;

    /// <summary>The name of the silo, given or made.</summary>
    public string EffectiveSiloName => SiloName is { Length: > 0 } name ? name : FormattableString.Invariant($"{Environment.MachineName}-{SiloPort}");
}

/// <summary>The certificates of a cluster, in PEM. Every member shows its own and accepts those of the cluster's authority, whatever names they bear: silos are dialled by address.</summary>
public sealed record ClusterTls
{
    /// <summary>The authorities whose certificates are members'. It should issue for nobody else.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>This process' certificate, used as a server and as a client.</summary>
    public string CertFile { get; init; } = "";

    /// <summary>The certificate's private key.</summary>
    public string KeyFile { get; init; } = "";
}
