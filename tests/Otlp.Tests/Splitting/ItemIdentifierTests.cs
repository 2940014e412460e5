using System.Text;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Testing;
using static OrleansLb.Otlp.Tests.Identity.Attributes;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>What the router is asked with, for the keys that read attributes.</summary>
public sealed class ItemIdentifierTests
{
    private const IdentifierDialect CoLocated = IdentifierDialect.CoLocated;
    private const IdentifierDialect Collector = IdentifierDialect.Collector;

    private static WireMessage Checkout => List(1, ("service.name", Text("checkout")));

    [Theory]
    [InlineData(Signal.Logs, CoLocated)]
    [InlineData(Signal.Logs, Collector)]
    [InlineData(Signal.Metrics, Collector)]
    public void A_resource_has_its_golden_identifier(Signal signal, IdentifierDialect dialect)
    {
        Assert.Equal(["resource/9d126046fdb6c015"], Asked(signal, new SplitOptions(RoutingKey.Resource, dialect), Checkout, new(), new WireMessage()));
        Assert.Equal(["resource/88201fb960ff6465"], Asked(signal, new SplitOptions(RoutingKey.Resource, dialect), new(), new(), new WireMessage()));
    }

    // that of our own was worked out by hand from the rule in the remarks of SeriesHash
    [Theory]
    [InlineData(Collector, "stream/2825159783f0acbc")]
    [InlineData(CoLocated, "b60c2b412c0a4774")]
    public void A_stream_has_its_golden_identifier_though_temporality_follows_the_points(IdentifierDialect dialect, string expected)
    {
        var point = List(7, ("k", Int(1)));
        var metric = new WireMessage().Message(7, new WireMessage().Message(1, point).Varint(2, 2).Varint(3, 1)).Text(1, "m").Text(3, "1").Text(2, "not part of it");

        Assert.Equal(
            [expected],
            Asked(Signal.Metrics, new SplitOptions(RoutingKey.StreamId, dialect), Checkout, new WireMessage().Text(1, "s").Text(2, "1"), metric));
    }

    [Fact]
    public void A_metric_is_asked_for_by_its_name()
    {
        var named = new WireMessage().Text(1, "cpu").Message(5, new WireMessage());
        Assert.Equal(
            ["cpu", "", "cpu"],
            Asked(Signal.Metrics, new SplitOptions(RoutingKey.Metric, Collector), Checkout, new(), named, new WireMessage(), named));
    }

    [Theory]
    [InlineData(CoLocated, "item=i|scope=s|none=|both=resource|both=resource|")]
    [InlineData(Collector, "both=resource|both=resource|scope=s|item=i|none=|")]
    public void Attributes_are_looked_for_from_the_outside_and_the_Collectors_logs_order_them_so(IdentifierDialect dialect, string expected)
    {
        var resource = List(1, ("both", Text("resource")), ("both", Text("second")));
        var scope = List(3, ("scope", Text("s")), ("both", Text("scope")));
        var record = List(6, ("item", Text("i")), ("item", Text("second")), ("scope", Text("x")));

        Assert.Equal([expected], Asked(Signal.Logs, Attributes(dialect, "item", "scope", "none", "both", "both"), resource, scope, record));
    }

    [Fact]
    public void The_Collectors_traces_keep_the_order_of_the_configuration()
    {
        var span = List(9, ("item", Int(7)));
        Assert.Equal(
            ["item=7|service.name=checkout|"],
            Asked(Signal.Traces, Attributes(Collector, "item", "service.name"), Checkout, new(), span));
    }

    [Theory]
    [InlineData(0, "Unspecified")]
    [InlineData(1, "Internal")]
    [InlineData(2, "Server")]
    [InlineData(3, "Client")]
    [InlineData(4, "Producer")]
    [InlineData(5, "Consumer")]
    [InlineData(6, "")]
    public void Kind_and_name_of_a_span_stand_before_its_attributes(ulong kind, string text)
    {
        var span = List(9, ("span.kind", Text("own")), ("span.name", Text("own"))).Text(5, "GET /").Varint(6, kind);
        Assert.Equal([$"span.kind={text}|span.name=GET /|"], Asked(Signal.Traces, Attributes(CoLocated, "span.kind", "span.name"), Checkout, new(), span));
    }

    [Fact]
    public void An_attribute_of_the_resource_stands_before_the_kind_of_a_span()
    {
        var resource = List(1, ("span.kind", Text("mine")));
        Assert.Equal(["span.kind=mine|"], Asked(Signal.Traces, Attributes(Collector, "span.kind"), resource, new(), new WireMessage().Varint(6, 2)));
    }

    [Fact]
    public void Severity_and_body_of_a_record_are_texts()
    {
        var record = new WireMessage().Varint(2, 9).Text(3, "INFO").Message(5, Map(("b", Int(1)), ("a", Text("<"))));
        Assert.Equal(
            ["""log.severity=INFO|log.body={"a":"<","b":1}|"""],
            Asked(Signal.Logs, Attributes(CoLocated, "log.severity", "log.body"), Checkout, new(), record));
        Assert.Equal(["log.severity=|log.body=|"], Asked(Signal.Logs, Attributes(Collector, "log.severity", "log.body"), Checkout, new(), new WireMessage()));
    }

    [Fact]
    public void What_stands_for_a_field_of_one_signal_is_an_attribute_of_another()
    {
        var record = List(6, ("span.name", Text("own")));
        Assert.Equal(["span.name=own|"], Asked(Signal.Logs, Attributes(CoLocated, "span.name"), Checkout, new(), record));
    }

    [Fact]
    public void The_first_span_of_a_trace_decides_for_the_Collector_and_each_span_when_co_located()
    {
        var spans = new[] { ((byte)1, "a"), ((byte)2, "b"), ((byte)1, "c"), ((byte)0, "d"), ((byte)0, "e") }.Select(span =>
            List(9, ("item", Text(span.Item2))).Bytes(1, [.. Enumerable.Repeat(span.Item1, span.Item2 == "e" ? 0 : 16)])).ToArray();

        Assert.Equal(["item=a|", "item=b|", "item=d|"], Asked(Signal.Traces, Attributes(Collector, "item"), Checkout, new(), spans));
        Assert.Equal(["item=a|", "item=b|", "item=c|", "item=d|", "item=e|"], Asked(Signal.Traces, Attributes(CoLocated, "item"), Checkout, new(), spans));
    }

    [Fact]
    public void The_Collectors_traces_look_for_the_service_in_scope_and_span_as_well()
    {
        var onScope = List(3, ("service.name", Text("scope")));
        byte[] first = [.. Enumerable.Repeat((byte)1, 16)];
        var named = List(9, ("service.name", Text("a"))).Bytes(1, first);
        var later = List(9, ("service.name", Text("b"))).Bytes(1, first);
        var other = new WireMessage().Bytes(1, [.. Enumerable.Repeat((byte)2, 16)]);
        var byService = new SplitOptions(RoutingKey.Service, Collector);

        Assert.Equal(["service.name=checkout|"], Asked(Signal.Traces, byService, Checkout, onScope, named, other));
        Assert.Equal(["service.name=scope|"], Asked(Signal.Traces, byService, new(), onScope, named, other));
        Assert.Equal(["service.name=a|", "service.name=|"], Asked(Signal.Traces, byService, new(), new(), named, later, other));
        Assert.Equal([""], Asked(Signal.Traces, byService with { Dialect = CoLocated }, new(), onScope, named, other));
        Assert.Equal([""], Asked(Signal.Logs, byService, new(), onScope, List(6, ("service.name", Text("a")))));
    }

    [Fact]
    public void What_the_resource_settles_is_asked_for_once_in_a_scope() =>
        Assert.Equal(
            ["service.name=checkout|"],
            Asked(Signal.Traces, Attributes(CoLocated, "service.name"), Checkout, new(), new WireMessage(), new WireMessage(), new WireMessage()));

    [Theory]
    [InlineData(5, 7)]
    [InlineData(7, 7)]
    [InlineData(9, 9)]
    [InlineData(10, 1)]
    [InlineData(11, 7)]
    public void Points_of_each_kind_have_their_attributes_read(uint kind, uint attributesNumber)
    {
        var data = new WireMessage().Message(1, List(attributesNumber, ("item", Text("i")))).Message(1, new WireMessage());
        Assert.Equal(["item=i|", "item=|"], Asked(Signal.Metrics, Attributes(Collector, "item"), Checkout, new(), new WireMessage().Message(kind, data)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(125, 127)]
    [InlineData(127, 3)]
    [InlineData(128, 3)]
    [InlineData(3, 125)]
    [InlineData(3, 128)]
    [InlineData(300, 300)]
    public void Names_and_values_of_every_length_are_read(int nameLength, int valueLength)
    {
        string name = new('n', nameLength), value = new('v', valueLength);
        var record = List(6, (name, Text(value)));
        Assert.Equal([$"{name}={value}|"], Asked(Signal.Logs, Attributes(CoLocated, name), new(), new(), record));
    }

    [Theory]
    [InlineData("0A01611203", "field is longer than the message around it")]
    [InlineData("0A0561", "field is longer than the message around it")]
    [InlineData("0A01611080", "varint is cut off")]
    public void A_damaged_attribute_is_an_error(string pair, string expected)
    {
        var record = new WireMessage().Bytes(6, Convert.FromHexString(pair));
        byte[] request = new WireMessage().Message(1, new WireMessage().Message(2, new WireMessage().Message(2, record))).Encode();
        using var plan = SplitPlan.Rent();
        Assert.False(RequestSplitter.TrySplit(Signal.Logs, Attributes(CoLocated, "a"), request, new HashRouter(2), plan, out var error));
        Assert.Equal(expected, error.Message);
    }

    private static SplitOptions Attributes(IdentifierDialect dialect, params string[] names) =>
        new(RoutingKey.Attributes, dialect, new RoutingAttributes(names));

    private static string[] Asked(Signal signal, SplitOptions options, WireMessage resource, WireMessage scope, params WireMessage[] items)
    {
        // descriptions behind what they describe, as some encoders write them
        var scopeEntry = new WireMessage();
        foreach (var item in items)
            scopeEntry.Message(2, item);
        byte[] request = new WireMessage().Message(1, new WireMessage().Message(2, scopeEntry.Message(1, scope)).Message(1, resource)).Encode();
        var router = new HashRouter(64);
        using var plan = SplitPlan.Rent();
        Assert.True(RequestSplitter.TrySplit(signal, options, request, router, plan, out var error), error.ToString());
        return [.. router.Asked.Select(Encoding.UTF8.GetString)];
    }
}
