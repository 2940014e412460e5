using OrleansLb.Grains.Dealing;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Compression;
using OrleansLb.Otlp.Memory;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Dealing;

public sealed class RequestDealerTests
{
    private static readonly SplitOptions ByTrace = new(RoutingKey.TraceId, IdentifierDialect.CoLocated);
    private static readonly SplitOptions ByService = new(RoutingKey.Service, IdentifierDialect.CoLocated);

    private readonly DebugPayloadPool _pool = new(traceRents: true);
    private readonly RequestDealer _dealer;
    private readonly RoutingTable _table = RoutingTable.From(
        MembershipState.Empty.Apply(["a", "b", "c"], RingKind.Partitions).ToSnapshot(), RingKind.Partitions);

    public RequestDealerTests() => _dealer = new RequestDealer(_pool);

    [Fact]
    public void Every_slot_gets_its_traces_in_a_payload_of_its_own()
    {
        byte[][] ids = [.. TraceRequests.TraceIds(200)];
        var request = _pool.CopyOf(TraceRequests.Of(ids));
        Assert.True(_dealer.TryDeal(Signal.Traces, ByTrace, request, null, _table, out var parts, out _));
        request.Release();

        Assert.Equal([0, 1, 2], Slots(parts).Order());
        for (int i = 0; i < parts.Count; i++)
        {
            var (slot, part) = parts[i];
            byte[] expected = TraceRequests.Of(ids.Where(id => _table.SlotOf(id) == slot));
            Assert.Equal(expected, part.Payload.Message.ToArray());
            Assert.Equal(ids.Count(id => _table.SlotOf(id) == slot), part.ItemCount);
            Assert.Equal((Signal.Traces, ContentCoding.Identity), (part.Signal, part.Payload.Coding));
        }

        parts.Dispose();
        _pool.AssertClean();
    }

    [Fact]
    public void A_request_for_one_slot_is_passed_on_as_it_is()
    {
        var request = _pool.CopyOf(TraceRequests.Of(TraceRequests.TraceIds(1)));
        Assert.True(_dealer.TryDeal(Signal.Traces, ByTrace, request, null, _table, out var parts, out _));
        Assert.Equal(1, parts.Count);
        Assert.Same(request, parts[0].Part.Payload);

        request.Release();
        Assert.Equal(1, _pool.Outstanding);
        parts.Dispose();
        _pool.AssertClean();
    }

    [Fact]
    public void A_request_for_one_slot_travels_on_in_its_compressed_form()
    {
        var request = _pool.CopyOf(TraceRequests.Of("checkout", TraceRequests.TraceIds(50)));
        var compressed = GzipEncoder.Encode(_pool, request.Message.Span);
        Assert.True(_dealer.TryDeal(Signal.Traces, ByService, request, compressed, _table, out var parts, out _));
        Assert.Same(compressed, parts[0].Part.Payload);
        Assert.Equal(50, parts[0].Part.ItemCount);

        parts.Dispose();
        compressed.Release();
        request.Release();
        _pool.AssertClean();
    }

    [Fact]
    public void A_compressed_request_is_dealt_like_a_plain_one()
    {
        byte[] message = TraceRequests.Of(TraceRequests.TraceIds(30));
        var plain = _pool.CopyOf(message);
        var compressed = GzipEncoder.Encode(_pool, message);
        Assert.True(_dealer.TryDeal(Signal.Traces, ByTrace, plain, null, _table, out var expected, out _));
        Assert.True(_dealer.TryDeal(Signal.Traces, ByTrace, compressed, null, _table, out var parts, out _));

        Assert.Equal(Slots(expected), Slots(parts));
        for (int i = 0; i < parts.Count; i++)
            Assert.Equal(expected[i].Part.Payload.Message.ToArray(), parts[i].Part.Payload.Message.ToArray());

        expected.Dispose();
        parts.Dispose();
        plain.Release();
        compressed.Release();
        _pool.AssertClean();
    }

    [Fact]
    public void A_compressed_request_for_one_slot_stays_compressed()
    {
        var compressed = GzipEncoder.Encode(_pool, TraceRequests.Of(TraceRequests.TraceIds(1)));
        Assert.True(_dealer.TryDeal(Signal.Traces, ByTrace, compressed, null, _table, out var parts, out _));
        Assert.Same(compressed, parts[0].Part.Payload);
        parts.Dispose();
        compressed.Release();
        _pool.AssertClean();
    }

    [Fact]
    public void What_is_no_request_is_an_error_and_leaves_nothing_behind()
    {
        var broken = _pool.CopyOf([0x0A, 0x05, 1]);
        Assert.False(_dealer.TryDeal(Signal.Traces, ByTrace, broken, null, _table, out _, out string? error));
        Assert.Contains("at byte", error, StringComparison.Ordinal);
        broken.Release();

        using (var buffer = _pool.Rent(40))
        {
            var noGzip = buffer.Seal(40, ContentCoding.Gzip);
            Assert.False(_dealer.TryDeal(Signal.Traces, ByTrace, noGzip, null, _table, out _, out error));
            Assert.Equal("the request is no valid gzip", error);
            noGzip.Release();
        }

        _pool.AssertClean();
    }

    [Fact]
    public void A_request_without_items_has_no_parts()
    {
        var empty = _pool.CopyOf([]);
        Assert.True(_dealer.TryDeal(Signal.Traces, ByTrace, empty, null, _table, out var parts, out _));
        Assert.Equal(0, parts.Count);
        parts.Dispose();
        empty.Release();
        _pool.AssertClean();
    }

    [Fact]
    public void An_abandoned_part_never_comes_back_to_the_pool()
    {
        var request = _pool.CopyOf(TraceRequests.Of(TraceRequests.TraceIds(100)));
        Assert.True(_dealer.TryDeal(Signal.Traces, ByTrace, request, null, _table, out var parts, out _));
        parts.Abandon(1);
        parts.Dispose();
        request.Release();
        Assert.Equal(1, _pool.Outstanding);
    }

    [Fact]
    public void A_disposed_list_does_not_answer_and_an_empty_table_is_not_dealt_to()
    {
        var request = _pool.CopyOf(TraceRequests.Of(TraceRequests.TraceIds(1)));
        Assert.True(_dealer.TryDeal(Signal.Traces, ByTrace, request, null, _table, out var parts, out _));
        parts.Dispose();
        parts.Dispose();
        Assert.Throws<ObjectDisposedException>(() => parts[0]);

        var nobody = RoutingTable.From(RoutingSnapshot.None, RingKind.Partitions);
        Assert.Throws<ArgumentException>(() => _dealer.TryDeal(Signal.Traces, ByTrace, request, null, nobody, out _, out _));
        request.Release();
        _pool.AssertClean();
    }

    private static IEnumerable<int> Slots(DealtParts parts) => [.. Enumerable.Range(0, parts.Count).Select(i => parts[i].Slot)];
}
