using OrleansLb.Grains.Options;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Splitting;
using static OrleansLb.Configuration.Tests.Configurations;

namespace OrleansLb.Configuration.Tests.Components;

/// <summary>Routing keys, their attributes and identifiers, and which signals a key may be given.</summary>
public sealed class RoutingKeyTests
{
    private const string Lb = "otelcol.exporter.loadbalancing.lb";
    private const string KeysBySignal = ": traces can be routed by \"traceID\", \"service\" and \"attributes\", "
        + "logs by \"traceID\", \"service\", \"resource\" and \"attributes\", "
        + "metrics by \"service\", \"resource\", \"metric\", \"streamID\" and \"attributes\"";

    private const string AtBlock = "t.alloy:1:1: Failed to build component: ";
    private const string ForTraces = "routing_key \"{0}\" does not support traces, supported are \"traceID\", \"service\" and \"attributes\"";
    private const string ForMetrics =
        "routing_key \"{0}\" does not support metrics, supported are \"service\", \"resource\", \"metric\", \"streamID\" and \"attributes\"";
    private const string ForLogs =
        "routing_key \"{0}\" does not support logs, supported are \"traceID\", \"service\", \"resource\" and \"attributes\"";

    [Theory]
    [InlineData("traceID", RoutingKey.TraceId, Signal.Traces, Signal.Logs)]
    [InlineData("service", RoutingKey.Service, Signal.Traces, Signal.Logs, Signal.Metrics)]
    [InlineData("resource", RoutingKey.Resource, Signal.Logs, Signal.Metrics)]
    [InlineData("metric", RoutingKey.Metric, Signal.Metrics)]
    [InlineData("streamID", RoutingKey.StreamId, Signal.Metrics)]
    [InlineData("attributes", RoutingKey.Attributes, Signal.Traces, Signal.Logs, Signal.Metrics)]
    public void A_key_takes_the_signals_that_it_supports_together(string name, RoutingKey key, params Signal[] signals)
    {
        var pipeline = Valid(Keyed(name) + Wired(signals));
        var balancer = Assert.Single(pipeline.LoadBalancers);
        Assert.Equal(key, balancer.RoutingKey);
        Assert.Equal(key == RoutingKey.Attributes ? ["a"] : null, balancer.RoutingAttributes?.Names);
        Assert.Equal(signals.Contains(Signal.Metrics) ? [Lb] : [], Assert.Single(pipeline.Receivers).Metrics);
    }

    [Theory]
    [InlineData("traceID", Signal.Metrics, ForMetrics)]
    [InlineData("resource", Signal.Traces, ForTraces)]
    [InlineData("metric", Signal.Traces, ForTraces)]
    [InlineData("metric", Signal.Logs, ForLogs)]
    [InlineData("streamID", Signal.Traces, ForTraces)]
    [InlineData("streamID", Signal.Logs, ForLogs)]
    public void A_signal_that_the_key_does_not_support_is_named_where_it_is_wired(string key, Signal signal, string expected)
    {
        string noun = Noun(signal);
        string message = string.Format(System.Globalization.CultureInfo.InvariantCulture, expected, key);
        Assert.Equal([$"t.alloy:16:{noun.Length + 6}: {Lb} cannot route {noun}: {message}"], Errors(Keyed(key) + Wired(signal)));
    }

    [Fact]
    public void The_default_key_is_held_against_the_signals_as_well() => Assert.Equal(
        ["t.alloy:15:12: " + Lb + " cannot route metrics: routing_key \"traceID\" does not support metrics, supported are "
            + "\"service\", \"resource\", \"metric\", \"streamID\" and \"attributes\""],
        Errors(Balancer() + "otelcol.receiver.otlp \"in\" {\noutput {\nmetrics = [" + Lb + ".input]\n}\n}\n"));

    [Fact]
    public void Only_what_is_wired_counts_and_every_place_is_named()
    {
        Valid(Keyed("metric"));
        string[] errors = Errors(Keyed("metric") + Wired(Signal.Traces, Signal.Logs, Signal.Metrics) + Wired(Signal.Traces).Replace("\"in\"", "\"in2\"", StringComparison.Ordinal));
        Assert.Equal(3, errors.Length);
        Assert.StartsWith($"t.alloy:16:12: {Lb} cannot route traces", errors[0], StringComparison.Ordinal);
        Assert.StartsWith($"t.alloy:17:10: {Lb} cannot route logs", errors[1], StringComparison.Ordinal);
        Assert.StartsWith($"t.alloy:23:12: {Lb} cannot route traces", errors[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Attributes_keep_their_order_and_pseudo_attributes_are_names_like_others() => Assert.Equal(
        ["span.name", "service.name", "log.severity", "service.name"],
        Assert.Single(Valid(Balancer(
            "routing_attributes = [\"span.name\", \"service.name\", \"log.severity\", \"service.name\"]\nrouting_key = \"attributes\"")).LoadBalancers)
            .RoutingAttributes!.Names.ToArray());

    [Theory]
    [InlineData("routing_key = \"attributes\"", "t.alloy:2:15: routing_attributes must name at least one attribute when routing_key is \"attributes\"")]
    [InlineData(
        "routing_key = \"attributes\"\nrouting_attributes = []",
        "t.alloy:3:22: routing_attributes must name at least one attribute when routing_key is \"attributes\"")]
    [InlineData(
        "routing_attributes = [\"a\"]\nrouting_key = \"service\"",
        "t.alloy:2:22: routing_attributes needs routing_key \"attributes\", but it is \"service\": remove the attributes or change the key")]
    [InlineData(
        "routing_attributes = [\"a\"]",
        "t.alloy:2:22: routing_attributes needs routing_key \"attributes\", but it is \"traceID\": remove the attributes or change the key")]
    [InlineData("routing_attributes = \"a\"", "t.alloy:2:22: \"a\" should be array, got string")]
    [InlineData("routing_attributes = [true]", "t.alloy:2:23: true should be string, got bool")]
    [InlineData("identifiers = \"x\"", "t.alloy:2:15: \"x\" must be \"co-located\" or \"collector\"")]
    [InlineData("routing_key = \"streamid\"", AtBlock + "decoding configuration: invalid routing key \"streamid\"" + KeysBySignal)]
    public void Mistakes_in_keys_and_attributes_are_named(string top, string expected) => Assert.Equal([expected], Errors(Balancer(top)));

    [Fact]
    public void An_empty_list_of_attributes_means_none() =>
        Assert.Null(Assert.Single(Valid(Balancer("routing_attributes = []")).LoadBalancers).RoutingAttributes);

    [Theory]
    [InlineData("", null, IdentifierDialect.CoLocated)]
    [InlineData("ring = \"collector\"", null, IdentifierDialect.Collector)]
    [InlineData("identifiers = \"collector\"", IdentifierDialect.Collector, IdentifierDialect.Collector)]
    [InlineData("identifiers = \"co-located\"\nring = \"collector-36000\"", IdentifierDialect.CoLocated, IdentifierDialect.CoLocated)]
    public void Identifiers_are_those_of_the_ring_unless_they_are_chosen(string top, IdentifierDialect? chosen, IdentifierDialect effective)
    {
        var balancer = Assert.Single(Valid(Balancer(top)).LoadBalancers);
        Assert.Equal((chosen, effective), (balancer.Identifiers, balancer.Split.Dialect));
    }

    [Theory]
    [InlineData("streamID", "metrics")]
    [InlineData("service", "traces")]
    public void A_load_balancer_without_a_resolver_is_named_by_its_first_signal(string key, string noun) => Assert.Equal(
        [$"{AtBlock}building component: cannot configure loadbalancing {noun} exporter: no resolvers specified for the exporter"],
        Errors(Balancer($"routing_key = \"{key}\"", resolver: "")));

    // a load balancer of 12 lines
    private static string Keyed(string key) =>
        Balancer(key == "attributes" ? "routing_key = \"attributes\"\nrouting_attributes = [\"a\"]" : $"routing_key = \"{key}\"\n");

    private static string Wired(params Signal[] signals) =>
        $"otelcol.receiver.otlp \"in\" {{\n  output {{\n{string.Concat(signals.Select(static signal => $" {Noun(signal)} = [{Lb}.input]\n"))}}}\n}}\n";

    private static string Noun(Signal signal) => signal.ToString().ToLowerInvariant();
}
