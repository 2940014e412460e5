using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Exporting;

/// <summary>Exporter grains whose queues are kept in a store.</summary>
public sealed class StoredQueueTests
{
    private static readonly ExportOutcome Unavailable = new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "later");

    [Fact]
    public async Task A_part_is_accepted_when_it_is_stored_and_not_before()
    {
        var store = new MortalStore();
        await using var host = await Start(store);
        var written = new TaskCompletionSource();
        store.Gate = written.Task;

        var accepted = host.Enqueue(1);
        Assert.False(accepted.IsCompleted);
        Assert.False(host.Backends.HasNext);
        written.SetResult();

        Assert.Equal(EnqueueStatus.Accepted, (await accepted).Status);
        Assert.Equal(1, Assert.Single((await host.Backends.Next()).Traces));
        await host.Emptied();
        Assert.Equal(1, host.Metrics.Sum("orleanslb_queue_segments"));
    }

    [Fact]
    public async Task A_part_that_cannot_be_stored_is_refused_with_the_reason_and_the_next_is_taken()
    {
        var store = new MortalStore { Fault = static _ => new IOException("the disk is full") };
        await using var host = await Start(store);

        var refused = await host.Enqueue(1);
        store.Fault = static name => name.StartsWith("queue-segment", StringComparison.Ordinal) ? new IOException("the disk is full") : null;
        var refusedLater = await host.Enqueue(2);
        store.Fault = static _ => null;

        Assert.Equal(EnqueueStatus.NotStored, refused.Status);
        Assert.Contains("the disk is full", refused.Message, StringComparison.Ordinal);
        Assert.Equal(EnqueueStatus.NotStored, refusedLater.Status);
        Assert.Equal(2, host.Metrics.Sum("otelcol_exporter_enqueue_failed_spans"));
        Assert.Equal(2, host.Metrics.Sum("orleanslb_queue_store_failures"));
        Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(3)).Status);
        Assert.Equal(3, Assert.Single((await host.Backends.Next()).Traces));
        await host.Emptied();
    }

    [Fact]
    public async Task What_was_accepted_and_not_delivered_before_a_kill_is_delivered_after_it_though_nobody_sends()
    {
        var store = new MortalStore();
        await using (var killed = await Start(store))
        {
            killed.Backends.Script = static _ => null;
            for (int trace = 0; trace < 40; trace++)
                Assert.Equal(EnqueueStatus.Accepted, (await killed.Enqueue(trace)).Status);
            store = store.Kill();
        }

        await using var host = await Start(store);

        await Eventually.Holds(() => host.Backends.Taken.Count == 40);
        Assert.Equal(Enumerable.Range(0, 40), host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        await host.Emptied();
    }

    [Fact]
    public async Task What_was_kept_for_a_seat_that_is_no_more_goes_to_the_new_owners()
    {
        var store = new MortalStore();
        await using (var killed = await Start(store))
        {
            killed.Backends.Script = static _ => null;
            foreach (int[] chunk in Enumerable.Range(0, 100).Chunk(10))
                Assert.Equal(EnqueueStatus.Accepted, (await killed.Enqueue(chunk)).Status);
            store = store.Kill();
        }

        await using var host = await GrainHost.Start(Stored, store, static host => host.Tables.Seat((3, "c:1"), (5, "d:1")));

        await Eventually.Holds(() => host.Backends.Taken.Sum(static attempt => attempt.Traces.Length) == 100);
        Assert.Equal(Enumerable.Range(0, 100), host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        Assert.Equal(["c:1", "d:1"], host.Backends.Taken.Select(static attempt => attempt.Endpoint).Distinct().Order());
        await host.Emptied();
        await host.Grain(3).Drain(TimeSpan.FromSeconds(5));
        await host.Grain(5).Drain(TimeSpan.FromSeconds(5));
        await Eventually.Holds(() => store.Names.Count == 0);
    }

    [Fact]
    public async Task A_queue_that_is_empty_at_the_end_leaves_nothing_behind()
    {
        var store = new MortalStore();
        await using var host = await Start(store);
        for (int trace = 0; trace < 40; trace++)
            await host.Enqueue(trace);
        await host.Emptied();

        Assert.Equal(0, (await host.Grain().Drain(TimeSpan.FromSeconds(5))).Kept);

        Assert.Empty(store.Names);
    }

    [Fact]
    public async Task What_is_left_after_the_time_for_draining_is_kept_reported_and_not_counted_as_dropped()
    {
        var store = new MortalStore();
        await using (var stopped = await Start(store, static options => options with { Queue = options.Queue with { Consumers = 2 } }))
        {
            stopped.Backends.Script = static attempt => attempt.Traces is [0] ? ExportOutcome.Delivered.Instance : attempt.Traces is [1] ? Unavailable : null;
            for (int trace = 0; trace < 10; trace++)
                await stopped.Enqueue(trace);
            await Eventually.Holds(() => stopped.Backends.Taken.Count == 1);
            for (int i = 0; i < 3; i++)
                await stopped.Backends.Next();

            var draining = stopped.Grain().Drain(TimeSpan.FromSeconds(3));
            await stopped.BackingOff(TimeSpan.FromSeconds(3));
            stopped.Time.Advance(TimeSpan.FromSeconds(3));

            Assert.Equal(new DrainReport(0, "a:1", 0, 0, Kept: 9), await draining);
            Assert.Equal(0, stopped.Metrics.Sum("orleanslb_dropped_items"));
            Assert.Equal(0, stopped.Metrics.Sum("otelcol_exporter_send_failed_spans"));
        }

        await using var host = await Start(store);
        await Eventually.Holds(() => host.Backends.Taken.Count == 9);
        Assert.Equal(Enumerable.Range(1, 9), host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        await host.Emptied();
    }

    [Fact]
    public async Task What_is_stored_takes_up_room_also_after_a_restart()
    {
        var store = new MortalStore();
        await using (var killed = await Start(store))
        {
            killed.Backends.Script = static _ => null;
            for (int trace = 0; trace < 4; trace++)
                await killed.Enqueue(trace);
            store = store.Kill();
        }

        await using var host = await Start(store, static options => options with { Queue = options.Queue with { Size = 2, Consumers = 1 } });
        host.Backends.Script = static _ => null;
        var first = await host.Backends.Next();
        Assert.Equal(4, host.Metrics.Gauge("otelcol_exporter_queue_size").Single().Value);

        Assert.Equal(EnqueueStatus.QueueFull, (await host.Enqueue(4)).Status);

        host.Backends.Script = static _ => ExportOutcome.Delivered.Instance;
        first.Deliver();
        await host.Emptied();
        Assert.Equal(Enumerable.Range(0, 4), host.Backends.Taken.SelectMany(static attempt => attempt.Traces));
    }

    [Fact]
    public async Task A_stored_queue_of_items_counts_items_also_after_a_kill()
    {
        var store = new MortalStore();
        await using (var killed = await Start(store, static options => Sized(options, QueueSizer.Items, 6)))
        {
            killed.Backends.Script = static _ => null;
            await killed.Enqueue(1, 2, 3);
            await killed.Enqueue(4, 5);
            Assert.Equal(EnqueueStatus.QueueFull, (await killed.Enqueue(6, 7)).Status);
            Assert.Equal("element size too large", (await killed.Enqueue(1, 2, 3, 4, 5, 6, 7)).Message);
            store = store.Kill();
        }

        await using var host = await Start(store, static options => Sized(options, QueueSizer.Items, 6));
        host.Backends.Script = static _ => null;
        var first = await host.Backends.Next();
        var second = await host.Backends.Next();

        Assert.Equal(5, host.Metrics.Gauge("otelcol_exporter_queue_size").Single().Value);
        Assert.Equal(EnqueueStatus.QueueFull, (await host.Enqueue(6, 7)).Status);
        first.Deliver();
        second.Deliver();
        await host.Emptied();
        Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(1, 2, 3, 4, 5, 6)).Status);
        (await host.Backends.Next()).Deliver();
        await host.Emptied();
    }

    [Fact]
    public async Task A_stored_queue_of_bytes_counts_bytes_also_after_a_kill()
    {
        var sample = TraceRequest.Of(OrleansLb.Otlp.Memory.PayloadPool.Shared, 1);
        int bytes = sample.Payload.Length;
        sample.Payload.Release();
        var store = new MortalStore();
        await using (var killed = await Start(store, options => Sized(options, QueueSizer.Bytes, 2 * bytes)))
        {
            killed.Backends.Script = static _ => null;
            await killed.Enqueue(1);
            await killed.Enqueue(2);
            Assert.Equal(EnqueueStatus.QueueFull, (await killed.Enqueue(3)).Status);
            store = store.Kill();
        }

        await using var host = await Start(store, options => Sized(options, QueueSizer.Bytes, (3 * bytes) + 1));
        host.Backends.Script = static _ => null;
        await host.Backends.Next();
        await host.Backends.Next();
        Assert.Equal(2 * bytes, host.Metrics.Gauge("otelcol_exporter_queue_size").Single().Value);
        Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(3)).Status);
        Assert.Equal(EnqueueStatus.QueueFull, (await host.Enqueue(4)).Status);
        host.Backends.Script = static _ => ExportOutcome.Delivered.Instance;
    }

    [Fact]
    public async Task A_part_that_is_dealt_out_leaves_the_store_when_all_its_pieces_are_stored_elsewhere_or_delivered()
    {
        var store = new MortalStore();
        await using (var killed = await Start(store))
        {
            killed.Backends.Script = static attempt => attempt.Endpoint == "a:1" ? Unavailable : null;
            await killed.Enqueue([.. Enumerable.Range(0, 50)]);
            await killed.Backends.Next();
            killed.Tables.Seat((1, "b:1"), (2, "c:1"));
            await killed.Backends.Next();
            await killed.Backends.Next();
            await Eventually.Holds(() => !store.Names.Any(static name => name.Contains("/0/lane:queue-segment", StringComparison.Ordinal)));
            store = store.Kill();
        }

        await using var host = await GrainHost.Start(Stored, store, static host => host.Tables.Seat((1, "b:1"), (2, "c:1")));

        await Eventually.Holds(() => host.Backends.Taken.Count == 2);
        Assert.Equal(Enumerable.Range(0, 50), host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        await host.Emptied();
    }

    [Fact]
    public async Task A_store_that_cannot_be_read_yet_is_waited_for_and_its_callers_are_refused()
    {
        var store = new MortalStore();
        await using (var killed = await Start(store))
        {
            killed.Backends.Script = static _ => null;
            await killed.Enqueue(1);
            store = store.Kill();
        }

        // the manifest can be read and not be written
        store.Fault = static name => name == "queue-manifest" ? new IOException("read-only") : null;
        await using var host = await Start(store);
        await host.BackingOff(TimeSpan.FromSeconds(1));

        Assert.Equal(EnqueueStatus.NotStored, (await host.Enqueue(2)).Status);
        store.Fault = static _ => null;
        host.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, Assert.Single((await host.Backends.Next()).Traces));
        await host.Emptied();
        Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(2)).Status);
        await host.Emptied();
    }

    [Fact]
    public async Task Stored_parts_are_merged_and_leave_the_store_when_their_batch_is_delivered()
    {
        var store = new MortalStore();
        await using (var host = await Start(store, Batched))
        {
            for (int trace = 0; trace < 40; trace++)
                Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(trace)).Status);
            await host.Emptied();

            Assert.Equal(Enumerable.Range(0, 40), host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
            Assert.All(host.Backends.Taken, static attempt => Assert.Equal(4, attempt.Traces.Length));
            await host.Grain().Drain(TimeSpan.FromSeconds(1));
            store = store.Kill();
        }

        await using var next = await Start(store, Batched);
        await next.Enqueue(100, 101, 102, 103);
        await next.Emptied();
        Assert.Equal([100, 101, 102, 103], Assert.Single(next.Backends.Taken).Traces);
    }

    [Fact]
    public async Task A_batch_that_was_not_delivered_before_a_kill_comes_again_in_full()
    {
        var store = new MortalStore();
        await using (var killed = await Start(store, Batched))
        {
            killed.Backends.Script = static _ => null;
            foreach (int[] chunk in Enumerable.Range(0, 42).Chunk(6))
                await killed.Enqueue(chunk);
            await killed.Backends.Next();
            store = store.Kill();
        }

        await using var host = await Start(store, Batched);

        await Eventually.Holds(() =>
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(200));
            return host.Backends.Taken.Sum(static attempt => attempt.Traces.Length) >= 42;
        });
        Assert.Equal(Enumerable.Range(0, 42), host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        await host.Emptied();
    }

    [Fact]
    public async Task A_batch_that_a_drain_leaves_stays_stored()
    {
        var store = new MortalStore();
        await using (var stopped = await Start(store, Batched))
        {
            stopped.Backends.Script = static _ => Unavailable;
            await stopped.Enqueue(1, 2);
            await stopped.Enqueue(3, 4, 5);
            await stopped.BackingOff(TimeSpan.FromSeconds(5));
            var drain = stopped.Grain().Drain(TimeSpan.FromSeconds(2));
            await stopped.BackingOff(TimeSpan.FromSeconds(2));
            stopped.Time.Advance(TimeSpan.FromSeconds(2));
            Assert.Equal(0, (await drain).Requests);
            Assert.Equal(0, stopped.Metrics.Sum("orleanslb_dropped_items"));
        }

        await using var host = await Start(store, Batched);

        await Eventually.Holds(() =>
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(200));
            return host.Backends.Taken.Sum(static attempt => attempt.Traces.Length) >= 5;
        });
        Assert.Equal([1, 2, 3, 4, 5], host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        await host.Emptied();
    }

    [Fact]
    public async Task A_part_that_is_sent_compressed_is_stored_compressed_and_sent_as_it_was_stored()
    {
        var store = new MortalStore();
        int[] traces = [.. Enumerable.Range(0, 1000)];
        long plain = TraceRequests.Of(traces.Select(TraceRequest.TraceId)).Length;
        await using (var killed = await Start(store, static options => Zipped(options, plainSizes: true)))
        {
            killed.Backends.Script = static _ => null;
            Assert.Equal(EnqueueStatus.Accepted, (await killed.Enqueue(traces)).Status);
            Assert.InRange(killed.Metrics.Sum("orleanslb_queue_stored_bytes"), 1, plain * 2 / 3);
            Assert.Equal(plain, killed.Metrics.Gauge("otelcol_exporter_queue_size").Values.Sum());
            store = store.Kill();
        }

        await using var host = await GrainHost.Start(static options => Zipped(options, plainSizes: true), store, static host => host.Tables.Seat((0, "a:1")));
        host.Backends.Script = static _ => null;
        var attempt = await host.Backends.Next();

        Assert.Equal(ContentCoding.Gzip, attempt.Coding);
        Assert.Equal(traces, attempt.Traces.Order());
        Assert.Equal(plain, host.Metrics.Gauge("otelcol_exporter_queue_size").Values.Sum());
        attempt.Deliver();
        await host.Emptied();
    }

    [Fact]
    public async Task Compressed_parts_of_a_seat_that_is_no_more_are_split_for_the_new_owners()
    {
        var store = new MortalStore();
        int[] traces = [.. Enumerable.Range(0, 100)];
        await using (var killed = await Start(store, static options => Zipped(options, plainSizes: false)))
        {
            killed.Backends.Script = static _ => null;
            Assert.Equal(EnqueueStatus.Accepted, (await killed.Enqueue(traces)).Status);
            store = store.Kill();
        }

        await using var host = await GrainHost.Start(static options => Zipped(options, plainSizes: false), store, static host => host.Tables.Seat((3, "c:1"), (5, "d:1")));

        await Eventually.Holds(() => host.Backends.Taken.Sum(static attempt => attempt.Traces.Length) == traces.Length);
        Assert.Equal(traces, host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        Assert.Equal(["c:1", "d:1"], host.Backends.Taken.Select(static attempt => attempt.Endpoint).Distinct().Order());
        await host.Emptied();
    }

    private static LoadBalancingOptions Zipped(LoadBalancingOptions options, bool plainSizes) => options with
    {
        Client = new ClientOptions { Compression = ContentCoding.Gzip },
        Queue = new QueueOptions { Storage = "store", StoreAfter = TimeSpan.Zero, Sizer = plainSizes ? QueueSizer.Bytes : QueueSizer.Requests, Size = 1_000_000 },
    };

    private static LoadBalancingOptions Sized(LoadBalancingOptions options, QueueSizer sizer, long size) =>
        options with { Queue = new QueueOptions { Storage = "store", StoreAfter = TimeSpan.Zero, Sizer = sizer, Size = size } };

    private static LoadBalancingOptions Batched(LoadBalancingOptions options) =>
        options with { Queue = new QueueOptions { Storage = "store", StoreAfter = TimeSpan.Zero, Batch = new BatchOptions { MinSize = 4, MaxSize = 4 } } };

    private static Task<GrainHost> Start(MortalStore store, Func<LoadBalancingOptions, LoadBalancingOptions>? configure = null) =>
        GrainHost.Start(options => configure?.Invoke(Stored(options)) ?? Stored(options), store, static host => host.Tables.Seat((0, "a:1")));

    private static LoadBalancingOptions Stored(LoadBalancingOptions options) => options with { Queue = new QueueOptions { Storage = "store", StoreAfter = TimeSpan.Zero } };
}
