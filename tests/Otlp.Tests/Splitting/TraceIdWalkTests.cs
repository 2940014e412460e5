using OrleansLb.Otlp.Splitting;
using OrleansLb.Testing;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>The walk over the fields of an item, at the edges of its short forms, and what it remembers of trace IDs.</summary>
public sealed class TraceIdWalkTests
{
    private static readonly byte[] Id = [.. Enumerable.Range(0xA0, 16).Select(i => (byte)i)];
    private static readonly byte[] Other = [.. Enumerable.Range(0x01, 16).Select(i => (byte)i)];

    [Theory]
    [InlineData(Signal.Traces, 1, 0)]
    [InlineData(Signal.Traces, 1, 127)]
    [InlineData(Signal.Traces, 1, 128)]
    [InlineData(Signal.Traces, 1, 16_383)]
    [InlineData(Signal.Traces, 1, 16_384)]
    [InlineData(Signal.Logs, 9, 127)]
    [InlineData(Signal.Logs, 9, 128)]
    [InlineData(Signal.Logs, 9, 16_384)]
    public void Fields_of_any_length_are_walked_over_up_to_the_last_trace_ID(Signal signal, uint number, int length)
    {
        var text = new string('x', length);
        byte[] behind = Wrap(new WireMessage().Bytes(number, Other).Text(5, text).Text(20, text).Bytes(number, Id));
        byte[] before = Wrap(new WireMessage().Text(5, text).Bytes(number, Id).Text(20, text).Fixed32(16, 0x101));

        Assert.Equal(Id, Assert.Single(Asked(signal, behind)));
        Assert.Equal(Id, Assert.Single(Asked(signal, before)));
    }

    [Theory]
    [InlineData(Signal.Traces, 1)]
    [InlineData(Signal.Logs, 9)]
    public void A_field_that_is_cut_off_anywhere_is_an_error(Signal signal, uint number)
    {
        WireMessage[] fields =
        [
            new WireMessage().Bytes(number, Id),
            new WireMessage().Text(5, new string('x', 100)),
            new WireMessage().Text(5, new string('x', 200)),
            new WireMessage().Fixed64(7, 1),
            new WireMessage().Fixed32(15, 1),
            new WireMessage().Fixed32(16, 1),
            new WireMessage().Varint(6, 300),
        ];

        foreach (var field in fields)
        {
            byte[] whole = field.Encode();
            for (int length = 1; length < whole.Length; length++)
            {
                // what follows the item would complete the field
                var scope = new WireMessage().Bytes(2, whole[..length]).Raw(whole[length..]);
                byte[] request = new WireMessage().Message(1, new WireMessage().Message(2, scope)).Encode();
                using var plan = SplitPlan.Rent();
                Assert.False(RequestSplitter.TrySplit(
                    signal, RoutingKey.TraceId, IdentifierDialect.CoLocated, request, new HashRouter(3), plan, out _));
            }
        }
    }

    [Fact]
    public void A_trace_whose_spans_lie_apart_is_routed_once()
    {
        byte[] request = Wrap([.. Enumerable.Repeat<byte[][]>([Id, Other], 50).SelectMany(pair => pair).Select(id => new WireMessage().Bytes(1, id))]);

        Assert.Equal([Id, Other], Asked(Signal.Traces, request));
    }

    [Fact]
    public void Traces_that_displace_each_other_stay_whole()
    {
        // IDs that agree in all but one byte, wherever it is
        byte[][] ids = [.. Enumerable.Range(0, 16).Select(i => With(Id, i)), Id];
        byte[] request = Wrap([.. Enumerable.Repeat(ids, 3).SelectMany(all => all).Select(id => new WireMessage().Bytes(1, id))]);
        var router = new HashRouter(64);

        var parts = SplitParts.Of(new SplitCase(Signal.Traces, RoutingKey.TraceId, IdentifierDialect.CoLocated, 64, 0, 0), request, router);

        Assert.All(ids, id => Assert.Equal(3, Occurrences(Assert.Single(parts, part => Occurrences(part.Bytes, id) > 0).Bytes, id)));
    }

    [Fact]
    public void Nothing_is_remembered_from_one_request_to_the_next()
    {
        byte[] request = Wrap(new WireMessage().Bytes(1, Id));
        using var plan = SplitPlan.Rent();
        foreach (int slots in (int[])[64, 7, 64])
        {
            var router = new HashRouter(slots);
            Assert.True(RequestSplitter.TrySplit(Signal.Traces, RoutingKey.TraceId, IdentifierDialect.CoLocated, request, router, plan, out _));
            Assert.Equal(router.SlotOf(Id), plan.Part(0).Slot);
        }
    }

    private static byte[] With(byte[] id, int index)
    {
        byte[] other = [.. id];
        other[index] ^= 0xFF;
        return other;
    }

    private static int Occurrences(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> id)
    {
        int count = 0;
        for (int at; (at = bytes.IndexOf(id)) >= 0; count++)
            bytes = bytes[(at + id.Length)..];
        return count;
    }

    private static List<byte[]> Asked(Signal signal, byte[] request)
    {
        var router = new HashRouter(64);
        SplitParts.Of(new SplitCase(signal, RoutingKey.TraceId, IdentifierDialect.CoLocated, 64, 0, 0), request, router);
        return router.Asked;
    }

    private static byte[] Wrap(params WireMessage[] items)
    {
        var scope = new WireMessage();
        foreach (var item in items)
            scope.Message(2, item);
        return new WireMessage().Message(1, new WireMessage().Message(2, scope)).Encode();
    }
}
