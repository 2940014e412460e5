using OrleansLb.Otlp.Splitting;
using OrleansLb.Otlp.Tests.Splitting;
using OrleansLb.Otlp.Wire;
using OrleansLb.Testing;

namespace OrleansLb.Otlp.Tests.Wire;

public sealed class MalformedRequestTests
{
    [Theory]
    [InlineData("80", "varint is cut off", 0)]
    [InlineData("0A", "varint is cut off", 1)]
    [InlineData("0A80", "varint is cut off", 1)]
    [InlineData("08FFFFFFFFFFFFFFFFFFFF01", "varint is longer than 10 bytes", 1)]
    [InlineData("10FFFFFFFFFFFFFFFFFF02", "varint does not fit into 64 bits", 1)]
    [InlineData("FFFFFFFF7F00", "field number is too large", 0)]
    [InlineData("0A05", "field is longer than the message around it", 0)]
    [InlineData("0AFFFFFFFF0F", "field is longer than the message around it", 0)]
    [InlineData("0AFFFFFFFFFFFFFFFFFF01", "field is longer than the message around it", 0)]
    [InlineData("2101020304", "field is longer than the message around it", 0)]
    [InlineData("250102", "field is longer than the message around it", 0)]
    [InlineData("0200", "field number is zero", 0)]
    [InlineData("00", "field number is zero", 0)]
    [InlineData("26", "wire type does not exist", 0)]
    [InlineData("0F", "wire type does not exist", 0)]
    [InlineData("14", "group ends that was not begun", 0)]
    [InlineData("13", "group is not ended", 1)]
    [InlineData("131C", "group ends that was not begun", 1)]
    [InlineData("0801", "known field has the wrong wire type", 0)]
    [InlineData("0B0C", "known field has the wrong wire type", 0)]
    [InlineData("0A021001", "known field has the wrong wire type", 2)]
    [InlineData("0A0412021001", "known field has the wrong wire type", 4)]
    [InlineData("0A03120500", "field is longer than the message around it", 2)]
    public void Is_an_error_with_its_place(string hex, string message, int offset)
    {
        byte[] request = Convert.FromHexString(hex);
        var expected = new WireError(message, offset);

        Assert.Equal(expected, SplitError(Signal.Traces, RoutingKey.TraceId, request) with { Path = null });
        Assert.Equal(expected, SplitError(Signal.Metrics, RoutingKey.Service, request) with { Path = null });
        Assert.False(RequestScanner.TryCountItems(Signal.Logs, request, out int items, out var error));
        Assert.Equal((0, expected), (items, error with { Path = null }));
    }

    [Theory]
    [InlineData("0A06120412020801", 6)]
    [InlineData("0A06120412020900", 6)]
    [InlineData("0A06120412020D00", 6)]
    public void A_trace_ID_of_another_wire_type_is_an_error(string hex, int offset) =>
        Assert.Equal(offset, SplitError(Signal.Traces, RoutingKey.TraceId, Convert.FromHexString(hex)).Offset);

    [Fact]
    public void Damage_on_the_way_to_the_service_name_is_an_error()
    {
        Assert.Equal(new WireError("known field has the wrong wire type", 4), SplitError(Signal.Logs, RoutingKey.Service, Resource([0x08, 0x01])) with { Path = null });
        var name = new WireMessage().Text(1, "service.name").Message(2, new WireMessage().Varint(1, 5));
        Assert.Equal("known field has the wrong wire type", SplitError(Signal.Logs, RoutingKey.Service, Resource(new WireMessage().Message(1, name).Encode())).Message);
    }

    [Fact]
    public void Groups_nest_up_to_a_limit()
    {
        Assert.True(RequestScanner.TryCountItems(Signal.Traces, Nested(100), out _, out _));
        Assert.False(RequestScanner.TryCountItems(Signal.Traces, Nested(101), out _, out var error));
        Assert.Equal("groups are nested too deeply", error.Message);
        Assert.False(RequestScanner.TryCountItems(Signal.Traces, [.. Enumerable.Repeat((byte)0x13, 1_000_000)], out _, out _));
    }

    [Fact]
    public void An_item_of_a_million_attributes_is_walked()
    {
        var attribute = new byte[] { 0x4A, 0x03, 0x0A, 0x01, (byte)'k' };
        byte[] span = new byte[(1_000_000 * attribute.Length) + 18];
        for (int i = 0; i < 1_000_000; i++)
            attribute.CopyTo(span, i * attribute.Length);
        new WireMessage().Bytes(1, [.. Enumerable.Repeat((byte)9, 16)]).Encode().CopyTo(span, span.Length - 18);
        byte[] request = new WireMessage().Message(1, new WireMessage().Message(2, new WireMessage().Bytes(2, span))).Encode();
        var router = new HashRouter(3);
        using var plan = SplitPlan.Rent();

        Assert.True(RequestSplitter.TrySplit(Signal.Traces, RoutingKey.TraceId, IdentifierDialect.CoLocated, request, router, plan, out _));
        Assert.Equal(16, Assert.Single(router.Asked).Length);
    }

    private static byte[] Nested(int depth) => [.. Enumerable.Repeat((byte)0x13, depth), .. Enumerable.Repeat((byte)0x14, depth)];

    private static byte[] Resource(byte[] content) => new WireMessage().Message(1, new WireMessage().Bytes(1, content)).Encode();

    private static WireError SplitError(Signal signal, RoutingKey key, byte[] request)
    {
        using var plan = SplitPlan.Rent();
        Assert.False(RequestSplitter.TrySplit(signal, key, IdentifierDialect.CoLocated, request, new HashRouter(3), plan, out var error));
        return error;
    }
}
