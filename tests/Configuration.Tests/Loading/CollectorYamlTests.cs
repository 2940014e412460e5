namespace OrleansLb.Configuration.Tests.Loading;

public sealed class CollectorYamlTests
{
    private const string Yaml = """
        receivers:
          otlp:
            protocols:
              grpc:
        exporters:
          loadbalancing:
            resolver:
              static:
                hostnames: [a:4317]
        service:
          pipelines:
            traces:
              receivers: [otlp]
              exporters: [loadbalancing]
        """;

    [Theory]
    [InlineData("", "t.alloy:1:1: ")]
    [InlineData("\uFEFF", "t.alloy:1:4: ")]
    [InlineData("# über das Gateway\n---\n", "t.alloy:3:1: ")]
    [InlineData("\n\n%YAML 1.2\n--- # document\n", "t.alloy:5:1: ")]
    [InlineData("extensions:\n  health_check: {}\n", "t.alloy:3:1: ")]
    [InlineData("x-anchors: &a { key: \"ü\" }\n# receivers:\n", "t.alloy:3:1: ")]
    public void A_configuration_of_the_Collector_is_one_sentence(string before, string place)
    {
        foreach (string source in new[] { before + Yaml, (before + Yaml).Replace("\n", "\r\n", StringComparison.Ordinal) })
        {
            string error = Assert.Single(Configurations.Errors(source));
            Assert.StartsWith(place + "this is a YAML configuration of the OpenTelemetry Collector, which is not supported yet", error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("receivers: { otlp: { protocols: { grpc: } } }\nexporters: {}")]
    [InlineData("\"exporters\": {}\n")]
    [InlineData("'service' : \n  pipelines:\n")]
    [InlineData("service:")]
    public void Every_way_to_write_a_section_is_known(string source) =>
        Assert.Contains("YAML", Assert.Single(Configurations.Errors(source)), StringComparison.Ordinal);

    [Theory]
    [InlineData("logging {\n  level = \"info\"\n}\n// receivers:\n")]
    [InlineData("/*\nreceivers:\nexporters:\n*/\nlogging { }\n")]
    [InlineData("// receivers: none\nlogging { }\n")]
    public void Alloys_language_stays_what_it_is(string source) => Assert.NotNull(Configurations.Load(source).Configuration);

    [Theory]
    [InlineData("logging {\n  level: \"info\"\n}\nservice:\n")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\ndata:\n  relay: |\n    receivers:\n")]
    [InlineData("receivers {\n")]
    public void What_is_neither_has_the_parsers_errors(string source) =>
        Assert.DoesNotContain(Configurations.Errors(source), static error => error.Contains("YAML", StringComparison.Ordinal));
}
