using System.Text.Json;

namespace OrleansLb.Silo.Tests.Explain;

/// <summary><c>orleanslb route --config</c>.</summary>
public sealed class ConfiguredRouteTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("orleanslb-route-");

    private string ConfigurationPath => Path.Combine(_directory.FullName, "config.alloy");

    private string HostsPath => Path.Combine(_directory.FullName, "hosts");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task The_exporters_own_ring_key_and_static_list_answer()
    {
        Write(Exporter("default", "service", "collector-36000", Static("backend-2", "backend-1:4317", "backend-1")));
        using var json = JsonDocument.Parse(await Tool.OutputAsync("route", "--config", ConfigurationPath, "--service", "payment-0", "--json"));
        Assert.Equal("otelcol.exporter.loadbalancing.default", json.RootElement.GetProperty("exporter").GetString());
        Assert.Equal("collector-36000", json.RootElement.GetProperty("ring").GetString());
        // recorded from the Collector
        Assert.Equal("backend-1:4317", json.RootElement.GetProperty("backend").GetString());
    }

    [Fact]
    public async Task A_dns_resolver_is_asked_once_and_by_the_hosts_file()
    {
        const string Trace = "05df678d3b368745fffa7a60b955075e";
        await File.WriteAllTextAsync(HostsPath, "127.0.0.3 b.test\n127.0.0.1 b.test\n127.0.0.2 b.test other\n127.0.0.9 other\n");
        Write(Exporter("default", "traceID", "partitions", "dns {\n hostname = \"b.test\"\n port = \"55690\"\n}"));
        string configured = await Tool.OutputAsync("route", "--config", ConfigurationPath, "--dns.hosts-file", HostsPath, "--trace-id", Trace);
        string listed = await Tool.OutputAsync("route", "--endpoints", "127.0.0.1:55690,127.0.0.2:55690,127.0.0.3:55690", "--trace-id", Trace);
        Assert.Equal(listed, configured.Replace("exporter    otelcol.exporter.loadbalancing.default\n", "", StringComparison.Ordinal));
        Assert.NotEqual(listed, configured);
    }

    [Theory]
    [InlineData("two")]
    [InlineData("otelcol.exporter.loadbalancing.two")]
    public async Task One_of_several_exporters_is_chosen_by_label_or_component_ID(string name)
    {
        Write(Exporter("one", "traceID", "partitions", Static("a:1")) + Exporter("two", "service", "partitions", Static("b:2")));
        Assert.EndsWith("backend     b:2\n", await Tool.OutputAsync("route", "--config", ConfigurationPath, "--exporter", name, "--service", "x"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("when --exporter names none; it has otelcol.exporter.loadbalancing.one, otelcol.exporter.loadbalancing.two", "--key", "x")]
    [InlineData("has no load balancer \"three\"; it has otelcol.exporter.loadbalancing.one, ", "--key", "x", "--exporter", "three")]
    [InlineData("otelcol.exporter.loadbalancing.one routes by traceID, not by service", "--service", "x", "--exporter", "one")]
    [InlineData("otelcol.exporter.loadbalancing.two routes by service, not by traceID", "--trace-id", "4bf92f3577b34da6a3ce929d0e0e4736", "--exporter", "two")]
    public async Task Questions_that_the_configuration_cannot_answer_say_why(string expected, params string[] arguments)
    {
        Write(Exporter("one", "traceID", "partitions", Static("a:1")) + Exporter("two", "service", "partitions", Static("b:2")));
        await AssertErrorAsync(expected, arguments);
    }

    [Theory]
    [InlineData("metric", "routes by metric, not by service; ask for key NAME with the metric's name")]
    [InlineData("streamID", "routes by streamID, not by service; ask for key HASH, of sixteen digits")]
    [InlineData("streamID", "routes by streamID, not by service; ask for key stream/HASH", "identifiers = \"collector\"")]
    [InlineData("resource", "routes by resource, not by service; ask for key resource/HASH")]
    [InlineData("attributes", "routes by attributes, not by service; ask for key service.name=VALUE|region=VALUE|", "routing_attributes = [\"service.name\", \"region\"]")]
    public async Task A_key_that_no_service_answers_for_says_what_to_ask(string key, string expected, string more = "")
    {
        Write(Exporter("lb", key, "partitions", Static("a:1", "b:2"), more));
        await AssertErrorAsync($"otelcol.exporter.loadbalancing.lb {expected}", "--service", "cart", "--signal", "metrics");

        string identifier = await Tool.OutputAsync("route", "--config", ConfigurationPath, "--key", "anything");
        Assert.Contains("\"anything\"", identifier, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("attributes", "partitions", "traces", "service.name=cart|service.name=cart|", "routing_attributes = [\"service.name\", \"service.name\"]")]
    [InlineData("attributes", "collector", "metrics", "service.name=cart|", "routing_attributes = [\"service.name\"]")]
    [InlineData("service", "partitions", "traces", "service.name=cart|", "identifiers = \"collector\"")]
    [InlineData("service", "collector", "traces", "cart", "identifiers = \"co-located\"")]
    [InlineData("service", "collector", "logs", "cart")]
    public async Task A_service_is_asked_for_by_the_identifier_of_key_and_dialect(string key, string ring, string signal, string expected, string more = "")
    {
        Write(Exporter("lb", key, ring, Static("a:1", "b:2"), more));
        using var json = JsonDocument.Parse(await Tool.OutputAsync("route", "--config", ConfigurationPath, "--service", "cart", "--signal", signal, "--json"));
        Assert.Equal(expected, json.RootElement.GetProperty("identifierText").GetString());
    }

    [Fact]
    public async Task A_signal_that_the_configured_key_does_not_support_has_no_answer()
    {
        Write(Exporter("lb", "traceID", "partitions", Static("a:1")));
        await AssertErrorAsync("metrics cannot be routed by traceID", "--trace-id", "4bf92f3577b34da6a3ce929d0e0e4736", "--signal", "metrics");
    }

    [Fact]
    public async Task A_failed_look_up_and_a_broken_file_are_errors()
    {
        Write(Exporter("default", "traceID", "partitions", "dns {\n hostname = \"b.test\"\n}"));
        await AssertErrorAsync("otelcol.exporter.loadbalancing.default: looking up b.test", "--dns.hosts-file", HostsPath, "--key", "x");
        Write("otelcol.exporter.loadbalancing \"default\" {");
        await AssertErrorAsync("config.alloy has errors", "--key", "x");
    }

    private static string Static(params string[] hostnames) =>
        $"static {{\n hostnames = [{string.Join(", ", hostnames.Select(static name => $"\"{name}\""))}]\n}}";

    private static string Exporter(string label, string key, string ring, string resolver, string more = "") =>
        $"otelcol.exporter.loadbalancing \"{label}\" {{\n routing_key = \"{key}\"\n ring = \"{ring}\"\n {more}\n resolver {{\n {resolver}\n }}\n protocol {{\n otlp {{\n client {{ }}\n }}\n }}\n}}\n";

    private void Write(string configuration) => File.WriteAllText(ConfigurationPath, configuration);

    private async Task AssertErrorAsync(string expected, params string[] arguments)
    {
        var (exitCode, output, error) = await Tool.RunAsync(["route", "--config", ConfigurationPath, .. arguments]);
        Assert.Equal(1, exitCode);
        Assert.Equal("", output);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }
}
