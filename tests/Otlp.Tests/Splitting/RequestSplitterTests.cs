using System.Text;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Otlp.Tests.Wire;
using OrleansLb.Otlp.Wire;
using OrleansLb.Testing;

namespace OrleansLb.Otlp.Tests.Splitting;

public sealed class RequestSplitterTests
{
    private const IdentifierDialect CoLocated = IdentifierDialect.CoLocated;
    private const IdentifierDialect Collector = IdentifierDialect.Collector;

    private static byte[] IdA => [.. Enumerable.Range(0xA0, 16).Select(i => (byte)i)];

    private static byte[] IdB => [.. Enumerable.Range(0x01, 16).Select(i => (byte)i)];

    [Theory]
    [InlineData(Signal.Traces, "TraceId Service Attributes")]
    [InlineData(Signal.Logs, "TraceId Service Resource Attributes")]
    [InlineData(Signal.Metrics, "Service Resource Metric StreamId Attributes")]
    public void Each_signal_has_the_Collectors_keys(Signal signal, string keys) =>
        Assert.Equal(keys, string.Join(' ', Enum.GetValues<RoutingKey>().Where(key => RequestSplitter.Supports(key, signal))));

    [Fact]
    public void Attributes_without_a_name_are_the_callers_mistake()
    {
        using var plan = SplitPlan.Rent();

        Assert.Throws<ArgumentException>(() => new RoutingAttributes([]));
        Assert.Throws<ArgumentException>(() =>
            RequestSplitter.TrySplit(Signal.Logs, RoutingKey.Attributes, CoLocated, [], new HashRouter(3), plan, out _));
    }

    [Fact]
    public void Metrics_by_trace_ID_are_the_callers_mistake()
    {
        using var plan = SplitPlan.Rent();

        Assert.Throws<ArgumentException>(() =>
            RequestSplitter.TrySplit(Signal.Metrics, RoutingKey.TraceId, CoLocated, [], new HashRouter(3), plan, out _));
    }

    [Fact]
    public void An_empty_request_has_no_parts() => Assert.Empty(Split(Signal.Traces, RoutingKey.TraceId, CoLocated, [], out _));

    [Fact]
    public void Entries_without_items_have_no_part()
    {
        byte[] request = new WireMessage().Message(1, new WireMessage().Message(2, new WireMessage())).Encode();

        Assert.Empty(Split(Signal.Traces, RoutingKey.TraceId, CoLocated, request, out _));
        Assert.Empty(Split(Signal.Traces, RoutingKey.Service, CoLocated, request, out _));
    }

    [Fact]
    public void A_request_of_one_trace_goes_whole_and_asks_the_router_once()
    {
        byte[] request = Traces(IdA, IdA, IdA);

        var (part, bytes) = Assert.Single(Split(Signal.Traces, RoutingKey.TraceId, CoLocated, request, out var router));

        Assert.Equal(request, bytes);
        Assert.Equal(3, part.ItemCount);
        Assert.Equal(IdA, Assert.Single(router.Asked));
    }

    [Fact]
    public void Spans_without_a_trace_ID_count_as_those_with_the_zero_ID()
    {
        Split(Signal.Traces, RoutingKey.TraceId, Collector, Traces([], new byte[16]), out var router);

        Assert.All(router.Asked, id => Assert.Equal(new byte[16], id));
    }

    [Fact]
    public void The_last_of_several_trace_IDs_counts()
    {
        var span = new WireMessage().Bytes(1, IdA).Text(5, "name").Bytes(1, IdB);
        byte[] request = Wrap(new WireMessage().Message(2, span));

        Split(Signal.Traces, RoutingKey.TraceId, CoLocated, request, out var router);

        Assert.Equal(IdB, Assert.Single(router.Asked));
    }

    [Fact]
    public void A_log_record_lands_with_its_trace_when_signals_are_co_located()
    {
        Split(Signal.Logs, RoutingKey.TraceId, CoLocated, Logs(IdA), out var router);

        Assert.Equal(IdA, Assert.Single(router.Asked));
    }

    [Fact]
    public void The_Collector_routes_log_records_by_the_hexadecimal_text()
    {
        Split(Signal.Logs, RoutingKey.TraceId, Collector, Logs(IdA), out var router);

        Assert.Equal("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf", Assert.Single(router.AskedTexts));
    }

    [Fact]
    public void Log_records_without_a_trace_ID_go_their_own_ways()
    {
        byte[] request = Logs([], [], new byte[16], []);

        Split(Signal.Logs, RoutingKey.TraceId, CoLocated, request, out var raw);
        Split(Signal.Logs, RoutingKey.TraceId, Collector, request, out var text);

        Assert.Equal(4, raw.Asked.Count);
        Assert.All(raw.Asked, id => Assert.Equal(new byte[12], id[4..]));
        Assert.True(raw.Asked.Select(Convert.ToHexString).Distinct().Count() > 1);
        Assert.Equal(4, text.Asked.Count);
        Assert.All(text.AskedTexts, id => Assert.Matches("^[0-9a-f]{8}0{24}$", id));
    }

    [Theory]
    [InlineData(Signal.Traces, CoLocated, "cart")]
    [InlineData(Signal.Logs, CoLocated, "cart")]
    [InlineData(Signal.Metrics, CoLocated, "cart")]
    [InlineData(Signal.Traces, Collector, "service.name=cart|")]
    [InlineData(Signal.Logs, Collector, "cart")]
    [InlineData(Signal.Metrics, Collector, "cart")]
    public void The_service_makes_the_identifier_of_its_dialect(Signal signal, IdentifierDialect dialect, string expected) =>
        AssertServiceIdentifier(signal, dialect, Service(new WireMessage().Text(1, "cart")), expected);

    [Theory]
    [InlineData(Signal.Traces, CoLocated, "")]
    [InlineData(Signal.Traces, Collector, "service.name=|")]
    [InlineData(Signal.Metrics, Collector, "")]
    public void A_resource_without_a_service_has_an_identifier_too(Signal signal, IdentifierDialect dialect, string expected) =>
        AssertServiceIdentifier(signal, dialect, new WireMessage(), expected);

    public static TheoryData<byte[], string> OtherValues() => new()
    {
        { new WireMessage().Varint(2, 1).Encode(), "true" },
        { new WireMessage().Varint(2, 0).Encode(), "false" },
        { new WireMessage().Varint(3, ulong.MaxValue).Encode(), "-1" },
        { new WireMessage().Varint(3, long.MaxValue).Encode(), "9223372036854775807" },
        { new WireMessage().Bytes(7, 1, 2, 3, 4).Encode(), "AQIDBA==" },
        { new WireMessage().Encode(), "" },
        { Double(1), "1" },
        { Double(-0.0), "-0" },
        { Double(-12.5), "-12.5" },
        { Double(0.1), "0.1" },
        { Double(100.25), "100.25" },
        { Double(5e-324), "5e-324" },
        { Double(1.2345678901234567e20), "123456789012345670000" },
        { Double(123456789), "123456789" },
        { Double(1e20), "100000000000000000000" },
        { Double(1e21), "1e+21" },
        { Double(-1.5e300), "-1.5e+300" },
        { Double(0.000001), "0.000001" },
        { Double(1.25e-7), "1.25e-7" },
        { Double(double.NaN), "NaN" },
        { Double(double.PositiveInfinity), "Infinity" },
        { Double(double.NegativeInfinity), "-Infinity" },
    };

    [Theory]
    [MemberData(nameof(OtherValues))]
    public void A_service_name_that_is_no_string_becomes_text_for_the_Collectors_traces_only(byte[] value, string text)
    {
        var resource = Service(new WireMessage().Raw(value));

        AssertServiceIdentifier(Signal.Traces, Collector, resource, $"service.name={text}|");
        AssertServiceIdentifier(Signal.Traces, CoLocated, resource, "");
        AssertServiceIdentifier(Signal.Logs, Collector, resource, "");
    }

    [Fact]
    public void The_first_attribute_of_the_name_counts_across_all_occurrences_of_the_resource()
    {
        byte[] request = new WireMessage().Message(1, new WireMessage()
            .Message(1, new WireMessage().Varint(2, 3))
            .Message(2, new WireMessage().Message(2, new WireMessage().Bytes(1, IdA)))
            .Message(1, Service(new WireMessage().Text(1, "first")))
            .Message(1, Service(new WireMessage().Text(1, "second")))).Encode();

        Split(Signal.Traces, RoutingKey.Service, CoLocated, request, out var router);

        Assert.Equal("first", Assert.Single(router.AskedTexts));
    }

    [Fact]
    public void A_value_that_occurs_twice_merges()
    {
        var twice = new WireMessage().Message(1, new WireMessage()
            .Message(2, new WireMessage().Text(1, "old"))
            .Message(2, new WireMessage().Text(1, "new"))
            .Message(2, new WireMessage())
            .Text(1, "service.name"));

        AssertServiceIdentifier(Signal.Traces, CoLocated, twice, "new");
    }

    [Fact]
    public void Neighbours_of_a_trace_keep_one_resource_and_one_scope_entry()
    {
        byte[] request = Traces(IdA, IdB, IdA);

        var parts = Split(Signal.Traces, RoutingKey.TraceId, CoLocated, request, out _);

        Assert.Equal(2, parts.Count);
        var first = OtlpMessages.Parse(Signal.Traces, parts[0].Bytes);
        var entry = Assert.Single(OtlpMessages.Entries(first).Cast<object>());
        Assert.Equal(2, OtlpMessages.Children(Assert.Single(OtlpMessages.Children(entry).Cast<object>())).Count);
    }

    [Fact]
    public void Unknown_fields_of_the_request_go_to_every_part()
    {
        byte[] request = [.. new WireMessage().Text(99, "kept").Encode(), .. Traces(IdA, IdB), .. new WireMessage().Varint(98, 5).Encode()];

        var parts = Split(Signal.Traces, RoutingKey.TraceId, CoLocated, request, out _);

        byte[] unknown = new WireMessage().Text(99, "kept").Varint(98, 5).Encode();
        Assert.Equal(2, parts.Count);
        Assert.All(parts, part => Assert.Equal(unknown, part.Bytes[..unknown.Length]));
    }

    [Fact]
    public void A_plan_is_used_again_after_an_error()
    {
        using var plan = SplitPlan.Rent();
        var router = new HashRouter(3);

        Assert.False(RequestSplitter.TrySplit(Signal.Traces, RoutingKey.TraceId, CoLocated, [0x0A], router, plan, out _));
        Assert.True(RequestSplitter.TrySplit(Signal.Traces, RoutingKey.TraceId, CoLocated, Traces(IdA), router, plan, out var error));

        Assert.Equal(default, error);
        Assert.Equal(1, plan.PartCount);
    }

    [Fact]
    public void A_plan_refuses_another_request_a_short_destination_and_use_after_its_return()
    {
        byte[] request = Traces(IdA, IdB);
        var plan = SplitPlan.Rent();
        RequestSplitter.TrySplit(Signal.Traces, RoutingKey.TraceId, CoLocated, request, new HashRouter(3), plan, out _);

        Assert.Throws<ArgumentException>(() => plan.CopyPart(0, request.AsSpan(1), new byte[request.Length]));
        Assert.Throws<ArgumentException>(() => plan.CopyPart(0, request, new byte[plan.Part(0).Length - 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => plan.Part(plan.PartCount));

        // one that has become too large is not rented again, by another test
        plan.Identifier.Room(1 << 20);
        plan.Dispose();
        plan.Dispose();
        Assert.Throws<ObjectDisposedException>(() => plan.Part(0));
    }

    private static void AssertServiceIdentifier(Signal signal, IdentifierDialect dialect, WireMessage resource, string expected)
    {
        byte[] request = new WireMessage().Message(1, new WireMessage()
            .Message(2, new WireMessage().Message(2, new WireMessage()))
            .Message(1, resource)).Encode();

        Split(signal, RoutingKey.Service, dialect, request, out var router);

        Assert.Equal(expected, Encoding.UTF8.GetString(Assert.Single(router.Asked)));
    }

    private static WireMessage Service(WireMessage value) =>
        new WireMessage().Message(1, new WireMessage().Text(1, "service.name").Message(2, value));

    private static byte[] Double(double value) => new WireMessage().Fixed64(4, BitConverter.DoubleToUInt64Bits(value)).Encode();

    private static byte[] Traces(params byte[][] ids) => Items(1, ids);

    private static byte[] Logs(params byte[][] ids) => Items(9, ids);

    private static byte[] Items(uint idNumber, byte[][] ids)
    {
        var scope = new WireMessage().Message(1, new WireMessage().Text(1, "library"));
        foreach (byte[] id in ids)
            scope.Message(2, id.Length == 0 ? new WireMessage().Text(3, "none") : new WireMessage().Bytes(idNumber, id));
        return Wrap(scope);
    }

    private static byte[] Wrap(WireMessage scope) => new WireMessage().Message(1, new WireMessage().Message(2, scope)).Encode();

    private static List<(SplitPart Part, byte[] Bytes)> Split(
        Signal signal, RoutingKey key, IdentifierDialect dialect, byte[] request, out HashRouter router)
    {
        router = new HashRouter(64);
        return SplitParts.Of(new SplitCase(signal, key, dialect, 64, 0, 0), request, router);
    }
}
