using OrleansLb.Configuration.Evaluation;

namespace OrleansLb.Configuration.Components;

/// <summary>Every block that may stand at the top level of a file.</summary>
internal static class ComponentCatalog
{
    // Alloy has these and this program does not, or not yet. Those of Alloy's other families (prometheus.*, loki.*, …) are unknown here.
    private static readonly string[] s_notSupported =
    [
        "otelcol.auth.azure", "otelcol.auth.basic", "otelcol.auth.bearer", "otelcol.auth.google", "otelcol.auth.headers",
        "otelcol.auth.oauth2", "otelcol.auth.sigv4",
        "otelcol.connector.count", "otelcol.connector.host_info", "otelcol.connector.servicegraph",
        "otelcol.connector.signaltometrics", "otelcol.connector.spanlogs", "otelcol.connector.spanmetrics",
        "otelcol.encoding.jsonlog", "otelcol.encoding.text",
        "otelcol.exporter.awss3", "otelcol.exporter.azureblob", "otelcol.exporter.clickhouse", "otelcol.exporter.datadog",
        "otelcol.exporter.elasticsearch", "otelcol.exporter.faro", "otelcol.exporter.file", "otelcol.exporter.googlecloud",
        "otelcol.exporter.googlecloudpubsub", "otelcol.exporter.kafka", "otelcol.exporter.loki", "otelcol.exporter.opensearch",
        "otelcol.exporter.otlp", "otelcol.exporter.otlphttp", "otelcol.exporter.prometheus", "otelcol.exporter.splunkhec",
        "otelcol.exporter.syslog",
        "otelcol.extension.jaeger_remote_sampling",
        "otelcol.processor.attributes", "otelcol.processor.batch", "otelcol.processor.cardinality_guardian",
        "otelcol.processor.cumulativetodelta", "otelcol.processor.deltatocumulative", "otelcol.processor.discovery",
        "otelcol.processor.filter", "otelcol.processor.groupbyattrs", "otelcol.processor.interval",
        "otelcol.processor.k8sattributes", "otelcol.processor.memory_limiter", "otelcol.processor.metric_start_time",
        "otelcol.processor.probabilistic_sampler", "otelcol.processor.redaction", "otelcol.processor.resourcedetection",
        "otelcol.processor.span", "otelcol.processor.sql_fingerprint", "otelcol.processor.tail_sampling",
        "otelcol.processor.transform",
        "otelcol.receiver.awscloudwatch", "otelcol.receiver.awsecscontainermetrics", "otelcol.receiver.awsfirehose",
        "otelcol.receiver.awss3", "otelcol.receiver.cloudflare", "otelcol.receiver.datadog", "otelcol.receiver.faro",
        "otelcol.receiver.file_stats", "otelcol.receiver.filelog", "otelcol.receiver.fluentforward", "otelcol.receiver.github",
        "otelcol.receiver.googlecloudpubsub", "otelcol.receiver.influxdb", "otelcol.receiver.jaeger",
        "otelcol.receiver.k8s_workloads", "otelcol.receiver.kafka", "otelcol.receiver.kubernetes_rollouts",
        "otelcol.receiver.loki", "otelcol.receiver.nginx", "otelcol.receiver.opencensus", "otelcol.receiver.prometheus",
        "otelcol.receiver.pyroscope", "otelcol.receiver.sdlc", "otelcol.receiver.solace", "otelcol.receiver.splunkhec",
        "otelcol.receiver.syslog", "otelcol.receiver.tcplog", "otelcol.receiver.vcenter", "otelcol.receiver.zipkin",
        "local.file", "local.file_match", "remote.http", "remote.kubernetes.configmap", "remote.kubernetes.secret", "remote.s3",
        "remote.vault",
    ];

    private static readonly string[] s_notSupportedBlocks =
    [
        "tracing", "http", "livedebugging", "remotecfg", "labelstore", "foreach",
        "import.file", "import.string", "import.http", "import.git", "declare",
    ];

    private static readonly Dictionary<string, ComponentDefinition> s_definitions = new ComponentDefinition[]
    {
        ReceiverComponent.Definition,
        LoadBalancingComponent.Definition,
        DebugComponent.DebugDefinition,
        DebugComponent.LoggingDefinition,
        FileStorageComponent.Definition,
        PostgresStorageComponent.Definition,
        LoggingBlock.Definition,
        ProcessBlock.Definition,
        ClusterBlock.Definition,
    }
    .Concat(s_notSupported.Select(NotSupportedComponent))
    .Concat(s_notSupportedBlocks.Select(NotSupportedBlock))
    .Concat(new[] { "cluster", "otel", "ui" }.Select(name => Refused(name, $"service \"{name}\" does not support being configured")))
    .Concat(new[] { "argument", "export" }.Select(name => Refused(name, $"{name} blocks only allowed inside a module")))
    .ToDictionary(definition => definition.Name);

    public static ComponentDefinition? Find(string name) => s_definitions.GetValueOrDefault(name);

    private static ComponentDefinition NotSupportedComponent(string name) =>
        new(name, StabilityLevel.GenerallyAvailable, (block, _, _) => Problem.NotSupported(block.Statement.Span, $"component \"{name}\""))
        {
            Export = name.Split('.') switch
            {
                ["otelcol", "auth", _] => ("handler", CapsuleKind.AuthenticationHandler),
                ["otelcol", "extension" or "encoding", _] => ("handler", CapsuleKind.ExtensionHandler),
                ["otelcol", "exporter" or "processor" or "connector", _] => ("input", CapsuleKind.Consumer),
                _ => null,
            },
        };

    private static ComponentDefinition NotSupportedBlock(string name) =>
        Refused(name, $"block \"{name}\" is not supported yet");

    private static ComponentDefinition Refused(string name, string message) =>
        new(name, StabilityLevel.GenerallyAvailable, (block, _, _) => new Problem(block.Statement.Span, message)) { HasLabel = false };
}
