using OrleansLb.Clustering.Settings;
using OrleansLb.Configuration.Diagnostics;
using OrleansLb.Configuration.Evaluation;

namespace OrleansLb.Configuration.Components;

/// <summary>
/// The block <c>orleanslb.cluster</c> of the top level: what cluster the process belongs to. Values are checked here; what must go together is checked once the flags are known,
/// which go before the block.
/// </summary>
internal static class ClusterBlock
{
    private static readonly TimeSpan s_shortestProbe = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestProbe = TimeSpan.FromMinutes(1);

    public static BlockSchema<ClusterTls> Tls { get; } = new BlockSchema<ClusterTls>(new ClusterTls())
        .Attribute("ca_file", Readers.Text, (tls, path) => tls with { CaFile = path }, required: true)
        .Attribute("cert_file", Readers.Text, (tls, path) => tls with { CertFile = path }, required: true)
        .Attribute("key_file", Readers.Text, (tls, path) => tls with { KeyFile = path }, required: true);

    public static BlockSchema<ClusterSettings> Schema { get; } = new BlockSchema<ClusterSettings>(new ClusterSettings())
        .Attribute("clustering", ReadClustering, (cluster, name) => cluster with { Clustering = name }, required: true)
        .Attribute("cluster_id", Readers.Text, (cluster, id) => cluster with { ClusterId = id })
        .Attribute("service_id", Readers.Text, (cluster, id) => cluster with { ServiceId = id })
        .Attribute("silo_name", ReadOptional, (cluster, name) => cluster with { SiloName = name })
        .Attribute("connection_string", ReadOptional, (cluster, text) => cluster with { ConnectionString = text is null ? null : new Secret(text) })
        .Attribute("connection_string_file", ReadOptional, (cluster, path) => cluster with { ConnectionStringFile = path })
        .Attribute("advertised_address", ReadAddress, (cluster, address) => cluster with { AdvertisedAddress = address })
        .Attribute("silo_port", ReadPort, (cluster, port) => cluster with { SiloPort = port })
        .Attribute("gateway_port", ReadPort, (cluster, port) => cluster with { GatewayPort = port })
        .Attribute("probe_timeout", ReadProbeTimeout, (cluster, timeout) => cluster with { ProbeTimeout = timeout })
        .Attribute("missed_probes", ReadMissedProbes, (cluster, count) => cluster with { MissedProbes = count })
        .Attribute("insecure", Readers.Boolean, (cluster, insecure) => cluster with { Insecure = insecure })
        .Block("tls", Tls, (cluster, tls) => cluster with { Tls = tls });

    public static ComponentDefinition Definition { get; } =
        new("orleanslb.cluster", StabilityLevel.GenerallyAvailable, Build) { HasLabel = false };

    private static Problem? Build(ComponentBlock block, DecodeContext context, PipelineDraft pipeline)
    {
        var decoded = Schema.Decode(block.Statement.Body, context);
        if (decoded.Problem is { } problem)
            return problem;
        var place = block.Statement.Span.Report(DiagnosticSeverity.Error, "");
        pipeline.Cluster = new ClusterDeclaration(decoded.Value, FormattableString.Invariant($"{place.File}:{place.Line}:{place.Column}"));
        return null;
    }

    private static Outcome<string> ReadClustering(AlloyValue value)
    {
        var name = Readers.Text(value);
        if (name.Problem is not null)
            return name;
        return ClusterSettingsCheck.ClusteringFault(name.Value) is { } fault ? new Problem(value.Origin, fault) : name;
    }

    // null and the empty text of an environment variable that is not set both mean that nothing was given
    private static Outcome<string?> ReadOptional(AlloyValue value)
    {
        var text = Readers.Text(value);
        return text.Problem is { } problem ? problem : text.Value.Length == 0 ? (string?)null : text.Value;
    }

    private static Outcome<string?> ReadAddress(AlloyValue value)
    {
        var text = ReadOptional(value);
        if (text.Problem is not null || text.Value is null)
            return text;
        return ClusterSettingsCheck.AddressFault(text.Value) is { } fault ? new Problem(value.Origin, fault) : text;
    }

    private static Outcome<int> ReadPort(AlloyValue value)
    {
        var port = Readers.Integer(value);
        return port.Problem is not null || port.Value is > 0 and <= ushort.MaxValue ? port : Problem.At(value, "is not a port between 1 and 65535");
    }

    private static Outcome<TimeSpan> ReadProbeTimeout(AlloyValue value)
    {
        var timeout = Readers.Duration(value);
        return timeout.Problem is not null || (timeout.Value >= s_shortestProbe && timeout.Value <= s_longestProbe)
            ? timeout
            : Problem.At(value, "must be from 100ms to 1m");
    }

    private static Outcome<int> ReadMissedProbes(AlloyValue value)
    {
        var count = Readers.Integer(value);
        return count.Problem is not null || count.Value is >= 1 and <= 20 ? count : Problem.At(value, "must be from 1 to 20");
    }
}
