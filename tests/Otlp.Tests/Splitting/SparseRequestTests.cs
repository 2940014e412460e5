using OrleansLb.Otlp.Splitting;
using OrleansLb.Testing;
using static OrleansLb.Otlp.Tests.Identity.Attributes;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>
/// Requests with next to nothing in them, and with bytes that are no text. The identities were worked out apart from this code: FNV-1a
/// over sixteen zeros for each empty map, over names and units, and over the three bytes of the type.
/// </summary>
public sealed class SparseRequestTests
{
    private const IdentifierDialect CoLocated = IdentifierDialect.CoLocated;
    private const IdentifierDialect Collector = IdentifierDialect.Collector;

    private static WireMessage NoData => new WireMessage().Text(1, "m");

    private static WireMessage Gauge => NoData.Message(5, new WireMessage().Message(1, new WireMessage()));

    private static WireMessage Histogram => NoData.Message(9, new WireMessage().Message(1, new WireMessage()));

    public static TheoryData<Signal, RoutingKey, IdentifierDialect, string> Identifiers() => new()
    {
        { Signal.Traces, RoutingKey.TraceId, CoLocated, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" },
        { Signal.Traces, RoutingKey.TraceId, Collector, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" },
        { Signal.Traces, RoutingKey.Service, CoLocated, "" },
        { Signal.Traces, RoutingKey.Service, Collector, "service.name=|" },
        { Signal.Traces, RoutingKey.Attributes, CoLocated, "a=|span.kind=Unspecified|" },
        { Signal.Traces, RoutingKey.Attributes, Collector, "a=|span.kind=Unspecified|" },
        { Signal.Logs, RoutingKey.Service, CoLocated, "" },
        { Signal.Logs, RoutingKey.Service, Collector, "" },
        { Signal.Logs, RoutingKey.Resource, CoLocated, "resource/88201fb960ff6465" },
        { Signal.Logs, RoutingKey.Resource, Collector, "resource/88201fb960ff6465" },
        { Signal.Logs, RoutingKey.Attributes, CoLocated, "a=|span.kind=|" },
        { Signal.Logs, RoutingKey.Attributes, Collector, "a=|span.kind=|" },
    };

    [Theory]
    [MemberData(nameof(Identifiers))]
    public void An_item_without_a_field_in_entries_without_a_resource_and_a_scope(Signal signal, RoutingKey key, IdentifierDialect dialect, string expected)
    {
        Assert.Equal([expected], Asked(signal, key, dialect, new WireMessage(), described: false));
        Assert.Equal([expected], Asked(signal, key, dialect, new WireMessage(), described: true));
    }

    [Theory]
    [InlineData(RoutingKey.Service, "", "", "")]
    [InlineData(RoutingKey.Resource, "resource/88201fb960ff6465", "resource/88201fb960ff6465", "resource/88201fb960ff6465")]
    [InlineData(RoutingKey.Metric, "m", "m", "m")]
    [InlineData(RoutingKey.Attributes, "a=|span.kind=|", "a=|span.kind=|", "a=|span.kind=|")]
    public void Metrics_without_data_and_with_points_without_a_field(RoutingKey key, string noData, string gauge, string histogram)
    {
        foreach (var dialect in new[] { CoLocated, Collector })
        {
            foreach (bool described in new[] { false, true })
            {
                Assert.Equal([noData], Asked(Signal.Metrics, key, dialect, NoData, described));
                Assert.Equal([gauge], Asked(Signal.Metrics, key, dialect, Gauge, described));
                Assert.Equal([histogram], Asked(Signal.Metrics, key, dialect, Histogram, described));
            }
        }
    }

    // those of our own were worked out by hand from the rule in the remarks of SeriesHash
    [Theory]
    [InlineData(Collector, "stream/487448627fa06848", "stream/1b2f1f60136f19b3", "stream/f0a5db3a47a7f720")]
    [InlineData(CoLocated, "f383a7ef687d178f", "5d9b10d6441e3320", "0059064d281b4053")]
    public void Streams_without_data_and_with_points_without_a_field(IdentifierDialect dialect, string noData, string gauge, string histogram)
    {
        foreach (bool described in new[] { false, true })
        {
            Assert.Equal([noData], Asked(Signal.Metrics, RoutingKey.StreamId, dialect, NoData, described));
            Assert.Equal([gauge], Asked(Signal.Metrics, RoutingKey.StreamId, dialect, Gauge, described));
            Assert.Equal([histogram], Asked(Signal.Metrics, RoutingKey.StreamId, dialect, Histogram, described));
        }
    }

    [Fact]
    public void Bytes_that_are_no_text_are_routed_as_they_are()
    {
        byte[] bytes = [0xFF, 0xC3];
        var resource = new WireMessage().Message(1, new WireMessage().Text(1, "service.name").Message(2, new WireMessage().Bytes(1, bytes)));
        var metric = new WireMessage().Bytes(1, bytes).Message(5, new WireMessage().Message(1, new WireMessage()));

        Assert.Equal(bytes, Assert.Single(AskedBytes(Signal.Traces, new SplitOptions(RoutingKey.Service, CoLocated), resource, new WireMessage())));
        Assert.Equal(
            [.. "service.name="u8, .. bytes, .. "|"u8],
            Assert.Single(AskedBytes(Signal.Traces, new SplitOptions(RoutingKey.Service, Collector), resource, new WireMessage())));
        Assert.Equal(bytes, Assert.Single(AskedBytes(Signal.Metrics, new SplitOptions(RoutingKey.Metric, CoLocated), new WireMessage(), metric)));
        Assert.Equal(
            "stream/543aeeefe7742252"u8.ToArray(),
            Assert.Single(AskedBytes(Signal.Metrics, new SplitOptions(RoutingKey.StreamId, Collector), new WireMessage(), metric)));
        Assert.Equal(
            "09f7865c56f7d3b9"u8.ToArray(),
            Assert.Single(AskedBytes(Signal.Metrics, new SplitOptions(RoutingKey.StreamId, CoLocated), new WireMessage(), metric)));
    }

    [Fact]
    public void Values_of_every_kind_make_a_key()
    {
        var record = List(
            6,
            ("nan", Double(double.NaN)),
            ("infinity", Double(double.NegativeInfinity)),
            ("nested", Map(("b", Array(Int(1), Nothing)), ("a", Map(("c", Bool(true)))))),
            ("not-json", Array(Double(double.PositiveInfinity))),
            ("twice", Text("first")),
            ("twice", Text("second")));
        var names = new RoutingAttributes(["nan", "infinity", "nested", "not-json", "twice"]);

        foreach (var dialect in new[] { CoLocated, Collector })
        {
            Assert.Equal(
                """nan=NaN|infinity=-Infinity|nested={"a":{"c":true},"b":[1,null]}|not-json=|twice=first|""",
                System.Text.Encoding.UTF8.GetString(Assert.Single(AskedBytes(Signal.Logs, new SplitOptions(RoutingKey.Attributes, dialect, names), new(), record))));
        }
    }

    private static string[] Asked(Signal signal, RoutingKey key, IdentifierDialect dialect, WireMessage item, bool described)
    {
        var options = new SplitOptions(key, dialect, key == RoutingKey.Attributes ? new RoutingAttributes(["a", "span.kind"]) : null);
        return [.. AskedBytes(signal, options, described ? new WireMessage() : null, item).Select(System.Text.Encoding.UTF8.GetString)];
    }

    private static IReadOnlyList<byte[]> AskedBytes(Signal signal, SplitOptions options, WireMessage? description, WireMessage item)
    {
        var scope = new WireMessage().Message(2, item);
        var entry = new WireMessage().Message(2, scope);
        if (description is not null)
        {
            scope = new WireMessage().Message(1, new WireMessage()).Message(2, item);
            entry = new WireMessage().Message(1, description).Message(2, scope);
        }

        byte[] request = new WireMessage().Message(1, entry).Encode();
        var router = new HashRouter(7);
        using var plan = SplitPlan.Rent();
        Assert.True(RequestSplitter.TrySplit(signal, options, request, router, plan, out var error), error.ToString());
        Assert.Equal(1, plan.PartCount);
        return [.. router.Asked];
    }
}
