using OrleansLb.Otlp.Splitting;
using OrleansLb.OtlpModel;
using OrleansLb.Testing;
using static OrleansLb.Otlp.Tests.Identity.Attributes;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>Items are read quickly in the forms that encoders write, and alike in all others.</summary>
public sealed class ItemFormTests
{
    private static readonly string s_long = new('v', 200);

    /// <summary>The attribute "k" with the text "v", as nobody and as everybody writes it.</summary>
    public static TheoryData<byte[]> Forms() => new()
    {
        List(9, ("k", Text("v"))).Encode(),
        new WireMessage().Message(9, Pair("k", Text("v")).Reverse()).Encode(),
        new WireMessage().Message(9, Pair("other", Text("v")).Text(1, "k")).Encode(),
        new WireMessage().Message(9, Pair("k", Text("other")).Message(2, Text("v"))).Encode(),
        new WireMessage().Message(9, Pair("k", Int(1).Text(1, "v"))).Encode(),
        new WireMessage().Message(9, Pair("k", Text("v")).Text(2000, s_long)).Encode(),
        new WireMessage().Message(9, Pair("k", Text("v").Text(2000, "unknown"))).Encode(),
        new byte[] { 0x4A, 0x88, 0x00, 0x0A, 0x01, (byte)'k', 0x12, 0x03, 0x0A, 0x01, (byte)'v' },
        new byte[] { 0x4A, 0x09, 0x0A, 0x01, (byte)'k', 0x12, 0x04, 0x0A, 0x81, 0x00, (byte)'v' },
        List(9, ("kk", Text("w")), ("", Text("w")), ("k", Text("v")), ("k", Text("w"))).Encode(),
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void An_attribute_counts_in_every_form(byte[] span) => Assert.Equal(["k=v|"], Asked(Signal.Traces, ["k"], span));

    [Fact]
    public void Of_a_name_that_came_twice_the_last_counts_in_short_and_long_form()
    {
        Assert.Equal([$"span.name={s_long}|"], Asked(Signal.Traces, ["span.name"], new WireMessage().Text(5, "short").Text(5, s_long).Encode()));
        Assert.Equal(["span.name=short|"], Asked(Signal.Traces, ["span.name"], new WireMessage().Text(5, s_long).Text(5, "short").Encode()));
        Assert.Equal(["span.name=|span.name=|"], Asked(Signal.Traces, ["span.name", "span.name"], new WireMessage().Text(5, "short").Text(5, "").Encode()));
    }

    [Fact]
    public void Numbers_and_truths_are_no_texts()
    {
        var attributes = List(9, ("a", Int(200)), ("b", Int(-1)), ("c", Bool(true)), ("d", Text("")), ("e", Nothing), ("f", Int(1 << 20)));
        Assert.Equal(["f=1048576|e=|d=|c=true|b=-1|a=200|"], Asked(Signal.Traces, ["f", "e", "d", "c", "b", "a"], attributes.Encode()));
    }

    [Fact]
    public void Of_a_kind_that_came_twice_the_last_counts_wherever_it_stands()
    {
        Assert.Equal(["span.kind=Server|span.kind=Server|"], Asked(Signal.Traces, ["span.kind", "span.kind"], new WireMessage().Varint(6, 3).Varint(6, 2).Encode()));
        Assert.Equal(["span.kind=Client|"], Asked(Signal.Traces, ["span.kind"], new WireMessage().Varint(6, 2).Varint(6, 3).Text(5, "n").Encode()));
        Assert.Equal(["span.kind=|"], Asked(Signal.Traces, ["span.kind"], new WireMessage().Varint(6, 2).Varint(6, 300).Text(5, "n").Encode()));
    }

    [Fact]
    public void Of_bodies_the_value_that_was_set_last_counts()
    {
        var map = Map(("a", Int(1)));
        Assert.Equal(["log.body=text|"], Asked(Signal.Logs, ["log.body"], new WireMessage().Message(5, map).Message(5, Text("text")).Encode()));
        Assert.Equal(["""log.body={"a":1}|"""], Asked(Signal.Logs, ["log.body"], new WireMessage().Message(5, Text("text")).Message(5, map).Encode()));
        Assert.Equal(["log.body=text|"], Asked(Signal.Logs, ["log.body"], new WireMessage().Message(5, Text("text")).Message(5, Nothing).Encode()));
        Assert.Equal([$"log.body={s_long}|"], Asked(Signal.Logs, ["log.body"], new WireMessage().Message(5, Text(s_long)).Encode()));
    }

    [Theory]
    [InlineData(0x02, 0x00)]
    [InlineData(0x02, 0x01, 0x61)]
    [InlineData(0x2A, 0x02, 0x61)]
    [InlineData(0x2A)]
    [InlineData(0x28, 0x01)]
    [InlineData(0x48, 0x01)]
    public void A_field_that_cannot_be_is_an_error_for_texts_and_attributes_alike(params int[] bytes)
    {
        byte[] span = [.. bytes.Select(static b => (byte)b)];
        using var plan = SplitPlan.Rent();
        Assert.False(RequestSplitter.TrySplit(Signal.Traces, Options(["k", "span.name"]), Request(span), new HashRouter(8), plan, out var error));
        Assert.NotEqual(default, error);
    }

    [Fact]
    public void Many_items_of_changing_parts_keep_their_order_in_each()
    {
        const int Many = 1000;
        byte[][] records = [.. Enumerable.Range(0, Many).Select(i => List(6, ("k", Text($"{i % 7}"))).Fixed64(1, (ulong)i).Encode())];
        var parts = Parts(Signal.Logs, Options(["k"]), Request(records))
            .Select(part => ExportLogsServiceRequest.Parser.ParseFrom(part).ResourceLogs.Single().ScopeLogs.Single().LogRecords).ToArray();

        Assert.True(parts.Length > 2);
        Assert.Equal(Many, parts.Sum(static part => part.Count));
        Assert.All(parts, static part => Assert.Equal(part.OrderBy(static record => record.TimeUnixNano), part));
        Assert.Equal(7, parts.Sum(static part => part.Select(static record => record.Attributes.Single().Value.StringValue).Distinct().Count()));
    }

    [Theory]
    [InlineData(RoutingKey.StreamId)]
    [InlineData(RoutingKey.Attributes)]
    public void Many_points_of_changing_parts_keep_their_order_in_each(RoutingKey key)
    {
        const int Many = 1000;
        var gauge = new WireMessage();
        for (int i = 0; i < Many; i++)
            gauge.Message(1, List(7, ("k", Text($"number {i % 7}"))).Fixed64(3, (ulong)i));
        byte[] metric = new WireMessage().Text(1, "m").Message(5, gauge).Encode();
        var parts = Parts(Signal.Metrics, Options(["k"]) with { Key = key }, Request(metric))
            .Select(part => ExportMetricsServiceRequest.Parser.ParseFrom(part).ResourceMetrics.Single().ScopeMetrics.Single().Metrics.Single().Gauge.DataPoints).ToArray();

        Assert.True(parts.Length > 2);
        Assert.Equal(Many, parts.Sum(static part => part.Count));
        Assert.All(parts, static part => Assert.Equal(part.OrderBy(static point => point.TimeUnixNano), part));
        Assert.Equal(7, parts.Sum(static part => part.Select(static point => point.Attributes.Single().Value.StringValue).Distinct().Count()));
    }

    private static List<byte[]> Parts(Signal signal, SplitOptions options, byte[] request)
    {
        using var plan = SplitPlan.Rent();
        Assert.True(RequestSplitter.TrySplit(signal, options, request, new HashRouter(5), plan, out var error), error.ToString());
        return [.. Enumerable.Range(0, plan.PartCount).Select(index =>
        {
            byte[] part = new byte[plan.Part(index).Length];
            plan.CopyPart(index, request, part);
            return part;
        })];
    }

    private static IEnumerable<string> Asked(Signal signal, string[] names, byte[] item)
    {
        var router = new HashRouter(8);
        using var plan = SplitPlan.Rent();
        Assert.True(RequestSplitter.TrySplit(signal, Options(names), Request(item), router, plan, out var error), error.ToString());
        return router.AskedTexts;
    }

    private static SplitOptions Options(string[] names) => new(RoutingKey.Attributes, IdentifierDialect.CoLocated, new RoutingAttributes(names));

    private static byte[] Request(params byte[][] items)
    {
        var scope = new WireMessage();
        foreach (byte[] item in items)
            scope.Bytes(2, item);
        return new WireMessage().Message(1, new WireMessage().Message(2, scope)).Encode();
    }
}
