using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Exporting;

/// <summary>Stored queues whose parts are on their way while they wait to be stored.</summary>
public sealed class StoreAfterTests
{
    private static readonly TimeSpan StoreAfter = new QueueOptions().StoreAfter;
    private static readonly ExportOutcome Unavailable = new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "later");

    [Fact]
    public async Task A_part_that_is_delivered_in_time_is_accepted_and_never_stored()
    {
        var store = new MortalStore();
        await using var host = await Start(store);
        host.Backends.Script = static _ => null;
        var accepted = host.Enqueue(1);
        var attempt = await host.Backends.Next();
        Assert.False(accepted.IsCompleted);

        attempt.Deliver();

        Assert.Equal(EnqueueStatus.Accepted, (await accepted).Status);
        await host.Emptied();
        Assert.DoesNotContain(store.Names, static name => name.Contains("segment", StringComparison.Ordinal));
        Assert.Equal(0, host.Metrics.Sum("orleanslb_queue_segments"));
        Assert.Equal(1, host.Metrics.Sum("orleanslb_queue_unstored_deliveries"));
        Assert.Equal(1, host.Metrics.Sum("otelcol_exporter_sent_spans"));
    }

    [Fact]
    public async Task A_part_that_takes_longer_is_stored_and_accepted_then_and_outlives_a_kill()
    {
        var store = new MortalStore();
        await using (var killed = await Start(store))
        {
            killed.Backends.Script = static _ => null;
            var accepted = killed.Enqueue(1);
            await killed.Backends.Next();
            await killed.BackingOff(StoreAfter);
            Assert.False(accepted.IsCompleted);
            killed.Time.Advance(StoreAfter);
            Assert.Equal(EnqueueStatus.Accepted, (await accepted).Status);
            Assert.Equal(1, killed.Metrics.Sum("orleanslb_queue_segments"));

            // the backend was not quick enough, so the next part is not held back
            Assert.Equal(EnqueueStatus.Accepted, (await killed.Enqueue(2)).Status);
            store = store.Kill();
        }

        await using var host = await Start(store);
        await Eventually.Holds(() => host.Backends.Taken.Count == 2);
        Assert.Equal([1, 2], host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        await host.Emptied();
    }

    [Fact]
    public async Task While_the_store_fails_healthy_backends_go_on_to_be_served()
    {
        var store = new MortalStore { Fault = static name => name.StartsWith("queue-segment", StringComparison.Ordinal) ? new IOException("the disk is full") : null };
        await using var host = await Start(store);

        for (int trace = 0; trace < 20; trace++)
            Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(trace)).Status);

        await host.Emptied();
        Assert.Equal(20, host.Metrics.Sum("orleanslb_queue_unstored_deliveries"));
    }

    [Fact]
    public async Task A_part_that_cannot_be_stored_is_refused_and_tried_no_more_and_counts_as_refused_alone()
    {
        var store = new MortalStore { Fault = static name => name.StartsWith("queue-segment", StringComparison.Ordinal) ? new IOException("the disk is full") : null };
        await using var host = await Start(store);
        host.Backends.Script = static _ => Unavailable;
        var refused = host.Enqueue(1);
        await host.Backends.Next();
        await host.BackingOff(TimeSpan.FromSeconds(5));
        host.Time.Advance(StoreAfter);

        Assert.Equal(EnqueueStatus.NotStored, (await refused).Status);

        await host.Emptied();
        Assert.False(host.Backends.HasNext);
        Assert.Equal(1, host.Metrics.Sum("otelcol_exporter_enqueue_failed_spans"));
        Assert.Equal(0, host.Metrics.Sum("orleanslb_dropped_items"));
        store.Fault = static _ => null;
        host.Backends.Script = static _ => ExportOutcome.Delivered.Instance;
        Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(2)).Status);
    }

    [Fact]
    public async Task What_is_on_its_way_when_the_time_for_draining_is_over_is_stored_and_reported_as_kept()
    {
        var store = new MortalStore();
        await using (var stopped = await Start(store))
        {
            stopped.Backends.Script = static _ => null;
            var accepted = stopped.Enqueue(1);
            await stopped.Backends.Next();

            var drain = stopped.Grain().Drain(TimeSpan.FromSeconds(3));
            await stopped.BackingOff(TimeSpan.FromSeconds(3));
            stopped.Time.Advance(TimeSpan.FromSeconds(3));

            Assert.Equal(EnqueueStatus.Accepted, (await accepted).Status);
            Assert.Equal(new DrainReport(0, "a:1", 0, 0, Kept: 1), await drain);
            Assert.Equal(0, stopped.Metrics.Sum("orleanslb_dropped_items"));
        }

        await using var host = await Start(store);
        Assert.Equal(1, Assert.Single((await host.Backends.Next()).Traces));
        await host.Emptied();
    }

    [Fact]
    public async Task A_part_that_is_dealt_out_before_it_is_stored_is_accepted_when_its_pieces_are_delivered()
    {
        var store = new MortalStore();
        await using var host = await Start(store);
        host.Backends.Script = static attempt => attempt.Endpoint == "a:1" ? Unavailable : null;
        int[] traces = [.. Enumerable.Range(0, 50)];
        var accepted = host.Enqueue(traces);
        await host.Backends.Next();

        host.Tables.Seat((1, "b:1"), (2, "c:1"));
        var first = await host.Backends.Next();
        var second = await host.Backends.Next();
        Assert.Equal(traces, first.Traces.Concat(second.Traces).Order());
        first.Deliver();
        second.Deliver();

        Assert.Equal(EnqueueStatus.Accepted, (await accepted).Status);
        await host.Emptied();
        Assert.DoesNotContain(store.Names, static name => name.Contains("segment", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_before_the_split_that_is_delivered_in_time_is_never_stored()
    {
        var store = new MortalStore();
        await using var host = await GrainHost.Start(
            static options => options with { SendingQueue = new QueueOptions { Storage = "store" } }, store, static host => host.Tables.Seat((0, "a:1")));

        Assert.Equal(EnqueueStatus.Accepted, (await host.Send(TimeSpan.FromSeconds(10), 1)).Status);

        await host.Emptied();
        Assert.Equal(1, host.Metrics.Sum("orleanslb_queue_unstored_deliveries", "data_type=traces"));
        Assert.DoesNotContain(store.Names, static name => name.Contains("segment", StringComparison.Ordinal));
    }

    private static Task<GrainHost> Start(MortalStore store) => GrainHost.Start(
        static options => options with { Queue = new QueueOptions { Storage = "store" } }, store, static host => host.Tables.Seat((0, "a:1")));
}
