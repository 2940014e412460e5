using OrleansLb.Otlp.Splitting;
using OrleansLb.Testing;
using static OrleansLb.Otlp.Tests.Identity.Attributes;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>How many items are said to be without what they are routed by; all of them have a part.</summary>
public sealed class MissingKeyTests
{
    private static readonly WireMessage Nobody = new();

    private static WireMessage Checkout => List(1, ("service.name", Text("checkout")));

    [Theory]
    [InlineData(Signal.Traces, 1)]
    [InlineData(Signal.Logs, 9)]
    public void Items_without_a_trace_ID(Signal signal, uint number)
    {
        WireMessage[] items = [Id(1, 16), Id(0, 16), Id(0, 16), Id(0, 0), new(), new(), Id(2, 16), Id(2, 16), Id(3, 16)];
        Assert.Equal(5, Missing(signal, RoutingKey.TraceId, null, Nobody, items));

        WireMessage Id(byte value, int length) => new WireMessage().Bytes(number, [.. Enumerable.Repeat(value, length)]);
    }

    [Theory]
    [InlineData(Signal.Traces, IdentifierDialect.CoLocated)]
    [InlineData(Signal.Traces, IdentifierDialect.Collector)]
    [InlineData(Signal.Logs, IdentifierDialect.CoLocated)]
    [InlineData(Signal.Logs, IdentifierDialect.Collector)]
    public void Items_of_a_resource_without_a_service_name(Signal signal, IdentifierDialect dialect)
    {
        Assert.Equal(0, Missing(signal, RoutingKey.Service, null, Checkout, [new(), new()], dialect));
        Assert.Equal(0, Missing(signal, RoutingKey.Service, null, List(1, ("service.name", Text(""))), [new(), new()], dialect));
        Assert.Equal(2, Missing(signal, RoutingKey.Service, null, Nobody, [new(), new()], dialect));
    }

    [Fact]
    public void Points_of_a_resource_without_a_service_name() =>
        Assert.Equal(3, Missing(Signal.Metrics, RoutingKey.Service, null, Nobody, [Gauge("m", new(), new()), Gauge("n", new WireMessage())]));

    [Fact]
    public void A_service_name_that_is_no_text_is_missing_for_those_who_do_not_make_it_one()
    {
        var number = List(1, ("service.name", Int(7)));
        Assert.Equal(1, Missing(Signal.Logs, RoutingKey.Service, null, number, [new()], IdentifierDialect.Collector));
        Assert.Equal(0, Missing(Signal.Traces, RoutingKey.Service, null, number, [new()], IdentifierDialect.Collector));
    }

    [Fact]
    public void Spans_that_follow_the_first_of_their_trace_count_as_it_does()
    {
        byte[][] ids = [[.. Enumerable.Repeat((byte)1, 16)], [.. Enumerable.Repeat((byte)2, 16)]];
        WireMessage[] spans = [new WireMessage().Bytes(1, ids[0]), List(9, ("a", Int(1))).Bytes(1, ids[0]), List(9, ("a", Int(1))).Bytes(1, ids[1]), new WireMessage().Bytes(1, ids[1])];
        Assert.Equal(2, Missing(Signal.Traces, RoutingKey.Attributes, "a", Nobody, spans, IdentifierDialect.Collector));
        Assert.Equal(2, Missing(Signal.Traces, RoutingKey.Attributes, "a", Nobody, spans));
        Assert.Equal(4, Missing(Signal.Traces, RoutingKey.Attributes, "b", Nobody, spans, IdentifierDialect.Collector));
    }

    [Fact]
    public void Points_of_metrics_without_a_name() =>
        Assert.Equal(2, Missing(Signal.Metrics, RoutingKey.Metric, null, Checkout, [Gauge("", new(), new()), Gauge("n", new WireMessage()), new()]));

    [Fact]
    public void Every_stream_and_every_resource_has_an_identity()
    {
        Assert.Equal(0, Missing(Signal.Metrics, RoutingKey.StreamId, null, Nobody, [Gauge("", new(), new())]));
        Assert.Equal(0, Missing(Signal.Metrics, RoutingKey.Resource, null, Nobody, [Gauge("", new(), new())]));
    }

    [Fact]
    public void Items_with_none_of_the_attributes()
    {
        WireMessage[] records = [List(6, ("a", Int(1))), List(6, ("b", Int(1))), List(6, ("c", Int(1))), new()];
        Assert.Equal(2, Missing(Signal.Logs, RoutingKey.Attributes, "a b", Nobody, records));
        Assert.Equal(0, Missing(Signal.Logs, RoutingKey.Attributes, "a service.name", Checkout, records));
        Assert.Equal(0, Missing(Signal.Logs, RoutingKey.Attributes, "x log.severity", Nobody, records));
        Assert.Equal(4, Missing(Signal.Logs, RoutingKey.Attributes, "x span.kind", Nobody, records));
        Assert.Equal(1, Missing(Signal.Metrics, RoutingKey.Attributes, "a", Nobody, [Gauge("m", List(7, ("a", Int(1))), new()), new()]));
    }

    private static WireMessage Gauge(string name, params WireMessage[] points)
    {
        var data = new WireMessage();
        foreach (var point in points)
            data.Message(1, point);
        return new WireMessage().Text(1, name).Message(5, data);
    }

    private static int Missing(
        Signal signal, RoutingKey key, string? names, WireMessage resource, WireMessage[] items, IdentifierDialect dialect = IdentifierDialect.CoLocated)
    {
        var scope = new WireMessage();
        foreach (var item in items)
            scope.Message(2, item);
        byte[] entry = new WireMessage().Message(1, new WireMessage().Message(1, resource).Message(2, scope)).Encode();

        // a second entry with nothing but its key, which must not inherit what the first was without
        byte[] complete = new WireMessage().Message(1, new WireMessage().Message(1, List(1, ("service.name", Text("x"))))).Encode();
        byte[] request = [.. entry, .. complete];
        using var plan = SplitPlan.Rent();
        var options = new SplitOptions(key, dialect, names is null ? null : new RoutingAttributes(names.Split(' ')));
        for (int again = 0; again < 2; again++)
        {
            Assert.True(RequestSplitter.TrySplit(signal, options, request, new HashRouter(5), plan, out var error), error.ToString());
            int elements = Enumerable.Range(0, plan.PartCount).Sum(part => OtlpMessages.Elements(OtlpMessages.Parse(signal, Copy(plan, part, request))).Count());
            Assert.InRange(elements, items.Length, signal == Signal.Metrics ? int.MaxValue : items.Length);
        }

        return plan.MissingKeyItems;
    }

    private static byte[] Copy(SplitPlan plan, int part, byte[] request)
    {
        byte[] bytes = new byte[plan.Part(part).Length];
        plan.CopyPart(part, request, bytes);
        return bytes;
    }
}
