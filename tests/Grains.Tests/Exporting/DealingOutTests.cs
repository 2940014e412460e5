using System.Globalization;
using System.Text;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Exporting;

/// <summary>What becomes of a ring slot's queue when its backend leaves and nobody takes the seat.</summary>
public sealed class DealingOutTests
{
    private static readonly ExportOutcome Unavailable = new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "gone");

    [Theory]
    [InlineData(ContentCoding.Identity)]
    [InlineData(ContentCoding.Gzip)]
    public async Task A_removed_backends_queue_goes_to_the_new_owners_and_nothing_is_lost(ContentCoding compression)
    {
        await using var host = await GrainHost.Start(options => options with { Client = new ClientOptions { Compression = compression } });
        host.Tables.Seat((0, "a:1"), (1, "b:1"), (2, "c:1"));
        host.Backends.Script = static attempt => attempt.Endpoint == "a:1" ? Unavailable : ExportOutcome.Delivered.Instance;
        int[] traces = [.. Enumerable.Range(1, 400)];
        foreach (int[] chunk in traces.Chunk(8))
            Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(chunk)).Status);

        host.Tables.Seat((1, "b:1"), (2, "c:1"));

        await host.Emptied();
        Assert.Equal(traces, host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        Assert.All(host.Backends.Taken, attempt => Assert.All(attempt.Traces, trace =>
            Assert.Equal(attempt.Endpoint, host.Tables.Newest.BackendOf(host.Tables.Newest.SlotOf(TraceRequest.TraceId(trace))))));
        Assert.Equal(2, host.Backends.Taken.Select(static attempt => attempt.Endpoint).Distinct().Count());
        Assert.Equal(400, host.Metrics.Sum("orleanslb_exporter_dealt_out_items"));
        Assert.Equal(0, host.Metrics.Sum("orleanslb_dropped_items"));
        Assert.Equal(0, host.Metrics.Sum("otelcol_exporter_send_failed_spans"));
    }

    [Theory]
    [InlineData(RoutingKey.Service, IdentifierDialect.CoLocated, "tenant-{0}", true)]
    [InlineData(RoutingKey.Service, IdentifierDialect.Collector, "service.name=tenant-{0}|", true)]
    [InlineData(RoutingKey.Attributes, IdentifierDialect.CoLocated, "service.name=tenant-{0}|span.kind=Server|", true)]
    [InlineData(RoutingKey.Attributes, IdentifierDialect.Collector, "service.name=tenant-{0}|span.kind=Server|", false)]
    public async Task A_queue_is_dealt_out_by_the_key_and_the_identifiers_of_its_exporter(RoutingKey key, IdentifierDialect dialect, string identifier, bool queued)
    {
        await using var host = await GrainHost.Start(options => options with
        {
            RoutingKey = key,
            RoutingAttributes = key == RoutingKey.Attributes ? new RoutingAttributes(["service.name", "span.kind"]) : null,
            Identifiers = dialect,
            Queue = new QueueOptions { Enabled = queued },
        });
        host.Tables.Seat((0, "a:1"), (1, "b:1"), (2, "c:1"));
        host.Backends.Script = static attempt => attempt.Endpoint == "a:1" ? Unavailable : ExportOutcome.Delivered.Instance;
        if (!queued)
            host.Tables.Seat((1, "b:1"), (2, "c:1"));
        int[] traces = [.. Enumerable.Range(1, 60)];
        foreach (int[] chunk in traces.Chunk(20))
        {
            var request = new WireMessage();
            foreach (int trace in chunk)
            {
                var span = new WireMessage().Bytes(1, TraceRequest.TraceId(trace)).Varint(6, 2);
                request.Message(1, new WireMessage()
                    .Message(1, new WireMessage().Attribute(1, "service.name", new WireMessage().Text(1, $"tenant-{trace}")))
                    .Message(2, new WireMessage().Message(2, span)));
            }

            var part = new ExportPart { Signal = Signal.Traces, ItemCount = chunk.Length, Payload = host.Pool.CopyOf(request.Encode()) };
            Assert.Equal(EnqueueStatus.Accepted, (await host.Grain().Enqueue(part, new EnqueueTerms { Patience = TimeSpan.FromSeconds(5) })).Status);
            part.Payload.Release();
        }

        host.Tables.Seat((1, "b:1"), (2, "c:1"));

        await host.Emptied();
        Assert.Equal(traces, host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        Assert.All(host.Backends.Taken, attempt => Assert.All(attempt.Traces, trace =>
        {
            byte[] bytes = Encoding.UTF8.GetBytes(string.Format(CultureInfo.InvariantCulture, identifier, trace));
            Assert.Equal(attempt.Endpoint, host.Tables.Newest.BackendOf(host.Tables.Newest.SlotOf(bytes)));
        }));
        Assert.Equal(2, host.Backends.Taken.Select(static attempt => attempt.Endpoint).Distinct().Count());
    }

    [Fact]
    public async Task The_grain_of_a_vacant_seat_ends_itself_once_its_queue_is_empty()
    {
        await using var host = await GrainHost.Start();
        await host.Enqueue(1);
        await host.Emptied();

        host.Tables.Seat((1, "b:1"));

        await Eventually.Holds(() => host.Active.Keys.Count == 0);
        Assert.Empty(host.Metrics.Gauge("otelcol_exporter_queue_size"));
    }

    [Fact]
    public async Task A_part_that_comes_for_a_seat_nobody_holds_is_accepted_and_dealt_out()
    {
        await using var host = await GrainHost.Start();

        Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(7, TimeSpan.Zero, 1, 2, 3)).Status);

        var attempt = await host.Backends.Next();
        Assert.Equal("a:1", attempt.Endpoint);
        Assert.Equal([1, 2, 3], attempt.Traces);
        await Eventually.Holds(() => host.Active.Keys.All(static key => key.Slot == 0));
        await host.Emptied();
    }

    [Fact]
    public async Task What_is_on_its_way_to_a_leaving_backend_is_dealt_out_when_it_fails()
    {
        await using var host = await GrainHost.Start();
        host.Backends.Script = static attempt => attempt.Endpoint == "a:1" ? null : ExportOutcome.Delivered.Instance;
        await host.Enqueue(1);
        await host.Enqueue(2);
        var first = await host.Backends.Next();
        var second = await host.Backends.Next();

        host.Tables.Seat((1, "b:1"));
        first.Deliver();
        await Eventually.Holds(() => !host.Backends.Taken.IsEmpty);
        second.Answer(Unavailable);

        await host.Emptied();
        Assert.Equal(["a:1", "b:1"], host.Backends.Taken.Select(static attempt => attempt.Endpoint));
        Assert.Equal([first.Traces, second.Traces], host.Backends.Taken.Select(static attempt => attempt.Traces));
    }

    [Theory]
    [InlineData("d:1")]
    [InlineData("a:1")]
    public async Task Who_takes_a_seat_that_was_vacant_gets_its_own_keys_only(string joiner)
    {
        await using var host = await GrainHost.Start(static options => options with { Queue = new QueueOptions { Consumers = 2 } });
        host.Tables.Seat((0, "a:1"), (1, "b:1"), (2, "c:1"));
        host.Backends.Script = static attempt => null;
        int[] traces = [.. Enumerable.Range(1, 200)];
        foreach (int[] chunk in traces.Chunk(20))
            await host.Enqueue(chunk);
        var hanging = new[] { await host.Backends.Next(), await host.Backends.Next() };

        // both consumers wait for the backend that leaves, so the rest of the queue does not see the seat while it is vacant
        host.Tables.Seat((1, "b:1"), (2, "c:1"));
        host.Tables.Seat((0, joiner), (1, "b:1"), (2, "c:1"));
        host.Backends.Script = static _ => ExportOutcome.Delivered.Instance;
        foreach (var attempt in hanging)
            attempt.Answer(Unavailable);

        await host.Emptied();
        Assert.Equal(traces, host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        Assert.All(host.Backends.Taken, attempt => Assert.All(attempt.Traces, trace =>
            Assert.Equal(attempt.Endpoint, host.Tables.Newest.BackendOf(host.Tables.Newest.SlotOf(TraceRequest.TraceId(trace))))));
        Assert.Equal(3, host.Backends.Taken.Select(static attempt => attempt.Endpoint).Distinct().Count());
    }

    [Fact]
    public async Task A_replacement_goes_on_with_the_queue()
    {
        await using var host = await GrainHost.Start();
        host.Tables.Seat((0, "a:1"), (1, "b:1"));
        host.Backends.Script = static attempt => attempt.Endpoint == "a:1" ? Unavailable : ExportOutcome.Delivered.Instance;
        await host.Enqueue(1, 2, 3);
        await host.Backends.Next();

        host.Tables.Seat((0, "d:1"), (1, "b:1"));

        await host.Emptied();
        Assert.Equal("d:1", Assert.Single(host.Backends.Taken).Endpoint);
        Assert.Equal(0, host.Metrics.Sum("orleanslb_exporter_dealt_out_items"));
    }

    [Fact]
    public async Task A_new_owner_that_is_full_takes_what_was_accepted_before_and_refuses_clients_until_it_has_room()
    {
        await using var host = await GrainHost.Start(static options => options with { Queue = new QueueOptions { Size = 1, Consumers = 1 } });
        host.Tables.Seat((0, "a:1"), (1, "b:1"));
        host.Backends.Script = static _ => null;
        await host.Enqueue(1, TimeSpan.Zero, 100);
        var occupying = await host.Backends.Next();
        await host.Enqueue(1);
        (await host.Backends.Next()).Answer(Unavailable);
        await host.BackingOff(TimeSpan.FromSeconds(5));

        host.Tables.Seat((1, "b:1"));
        await Eventually.Holds(() => host.Metrics.Sum("orleanslb_exporter_dealt_out_items") == 1);
        Assert.Equal(EnqueueStatus.QueueFull, (await host.Enqueue(1, TimeSpan.Zero, 101)).Status);
        Assert.False(host.Backends.HasNext);
        occupying.Deliver();

        var dealt = await host.Backends.Next();
        Assert.Equal(("b:1", 1), (dealt.Endpoint, dealt.Traces.Single()));
        dealt.Deliver();
        await host.Emptied();
        Assert.Equal(0, host.Metrics.Sum("orleanslb_dropped_items"));
    }

    [Fact]
    public async Task With_no_backend_at_all_parts_wait_for_one()
    {
        await using var host = await GrainHost.Start();
        host.Backends.Script = static attempt => attempt.Endpoint == "a:1" ? Unavailable : ExportOutcome.Delivered.Instance;
        await host.Enqueue(1);
        await host.Backends.Next();

        host.Tables.Seat();
        Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(2)).Status);
        host.Tables.Seat((3, "d:1"));

        await host.Emptied();
        Assert.Equal([1, 2], host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        Assert.All(host.Backends.Taken, static attempt => Assert.Equal("d:1", attempt.Endpoint));
    }

    [Fact]
    public async Task A_queue_whose_vacant_seat_keeps_its_keys_waits_for_the_replacement()
    {
        await using var host = await GrainHost.Start();
        host.Tables.HoldForSlot(0, (0, "a:1"), (1, "b:1"));
        host.Backends.Script = static attempt => attempt.Endpoint == "a:1" ? Unavailable : ExportOutcome.Delivered.Instance;
        await host.Enqueue(1, 2);
        await host.Backends.Next();

        host.Tables.HoldForSlot(0, (1, "b:1"));
        Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(3)).Status);
        Assert.Empty(host.Backends.Taken);
        host.Tables.HoldForSlot(0, (0, "c:1"), (1, "b:1"));

        await host.Emptied();
        Assert.Equal([1, 2, 3], host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        Assert.All(host.Backends.Taken, static attempt => Assert.Equal("c:1", attempt.Endpoint));
    }

    [Fact]
    public async Task Bytes_that_cannot_be_split_are_dropped_with_that_reason()
    {
        await using var host = await GrainHost.Start();
        using var buffer = host.Pool.Rent(8);
        var part = new ExportPart { Signal = Signal.Traces, ItemCount = 4, Payload = buffer.Seal(8) };

        await host.Grain(7).Enqueue(part, new EnqueueTerms());
        part.Payload.Release();

        await host.Emptied();
        Assert.Equal(4, host.Metrics.Sum("orleanslb_dropped_items", "reason=unsplittable"));
    }
}
