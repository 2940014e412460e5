using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Exporting;

/// <summary>The queue before the split, kept in a store.</summary>
public sealed class StoredSendingQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task What_was_accepted_before_a_kill_is_split_after_it_though_nobody_sends()
    {
        var store = new MortalStore();
        await using (var killed = await Start(store))
        {
            killed.FanOut.Script = static _ => null;
            for (int trace = 0; trace < 40; trace++)
                Assert.Equal(EnqueueStatus.Accepted, (await killed.Send(Patience, trace)).Status);
            store = store.Kill();
            killed.FanOut.Script = static _ => FakeFanOut.Taken;
            await AnswerAll(killed, 10);
        }

        await using var host = await Start(store);

        await Eventually.Holds(() => host.FanOut.Delivered.Count == 40);
        Assert.Equal(Enumerable.Range(0, 40), host.FanOut.Delivered.SelectMany(static traces => traces).Order());
        await host.Emptied();
        Assert.Equal(0, (await host.SendingQueue().Drain(Patience)).Kept);
        await Eventually.Holds(() => store.Names.Count == 0);
    }

    [Fact]
    public async Task A_request_is_accepted_when_it_is_stored_and_not_before()
    {
        var store = new MortalStore();
        await using var host = await Start(store);
        var written = new TaskCompletionSource();
        store.Gate = written.Task;

        var accepted = host.Send(Patience, 1);
        Assert.False(accepted.IsCompleted);
        Assert.False(host.FanOut.HasNext);
        written.SetResult();

        Assert.Equal(EnqueueStatus.Accepted, (await accepted).Status);
        await host.Emptied();
        Assert.Equal(1, host.Metrics.Sum("orleanslb_queue_stored_requests", "data_type=traces"));
    }

    [Fact]
    public async Task A_store_that_fails_refuses_with_the_reason()
    {
        var store = new MortalStore { Fault = static _ => new IOException("the disk is full") };
        await using var host = await Start(store);

        var refused = await host.Send(Patience, 1);

        Assert.Equal(EnqueueStatus.NotStored, refused.Status);
        Assert.Contains("the disk is full", refused.Message, StringComparison.Ordinal);
        store.Fault = static _ => null;
    }

    [Fact]
    public async Task What_a_drain_leaves_is_kept_and_of_a_request_that_was_taken_in_part_only_the_rest()
    {
        var store = new MortalStore();
        await using (var stopped = await Start(store, new QueueOptions { Consumers = 1 }))
        {
            stopped.FanOut.Script = static _ => null;
            await stopped.Send(Patience, 1, 2, 3);
            await stopped.Send(Patience, 4);
            var call = await stopped.FanOut.Next();
            var drain = stopped.SendingQueue().Drain(TimeSpan.FromSeconds(3));
            await stopped.BackingOff(TimeSpan.FromSeconds(3));
            stopped.Time.Advance(TimeSpan.FromSeconds(3));
            await Eventually.Holds(() => call.Request.Ended.IsCancellationRequested);
            call.Answer(stopped.FanOut.Left("later", rejected: 0, 2));

            Assert.Equal(new DrainReport(null, null, 0, 0, 2, $"{GrainHost.Component}/traces/lane"), await drain);
            Assert.Equal(0, stopped.Metrics.Sum("orleanslb_dropped_items"));
        }

        await using var host = await Start(store);
        await Eventually.Holds(() => host.FanOut.Delivered.Count == 2);
        Assert.Equal([2, 4], host.FanOut.Delivered.SelectMany(static traces => traces).Order());
        await host.Emptied();
    }

    [Fact]
    public async Task The_room_of_items_is_that_of_what_is_stored_after_a_kill()
    {
        var store = new MortalStore();
        await using (var killed = await Start(store, new QueueOptions { Sizer = QueueSizer.Items, Size = 6 }))
        {
            killed.FanOut.Script = static _ => null;
            await killed.Send(Patience, 1, 2, 3);
            await killed.Send(Patience, 4, 5);
            Assert.Equal(EnqueueStatus.QueueFull, (await killed.Send(Patience, 6, 7)).Status);
            store = store.Kill();
            await AnswerAll(killed, 2);
        }

        await using var host = await Start(store, new QueueOptions { Sizer = QueueSizer.Items, Size = 6 });
        host.FanOut.Script = static _ => null;
        var first = await host.FanOut.Next();
        var second = await host.FanOut.Next();
        Assert.Equal(5, host.Metrics.Gauge("otelcol_exporter_queue_size").Single().Value);
        Assert.Equal(EnqueueStatus.QueueFull, (await host.Send(Patience, 6, 7)).Status);
        first.Deliver();
        second.Deliver();
        await host.Emptied();
    }

    [Theory]
    [InlineData(true, null, true)]
    [InlineData(true, "store", false)]
    [InlineData(false, null, false)]
    public async Task A_stored_request_waits_for_its_delivery_where_the_ring_slots_would_lose_it(bool queues, string? slotStore, bool awaits)
    {
        var store = new MortalStore();
        await using var host = await GrainHost.Start(
            options => options with { Queue = new QueueOptions { Enabled = queues, Storage = slotStore, StoreAfter = TimeSpan.Zero }, SendingQueue = new QueueOptions { Storage = "store", StoreAfter = TimeSpan.Zero } },
            store,
            static host => host.Tables.Seat((0, "a:1")));

        await host.Send(Patience, 1);

        Assert.Equal(awaits, (await host.FanOut.Next()).Request.AwaitsDelivery);
        await host.Emptied();
    }

    // The calls of a process that is dead as far as the store goes.
    private static async Task AnswerAll(GrainHost host, int calls)
    {
        for (int i = 0; i < calls; i++)
            (await host.FanOut.Next()).Deliver();
    }

    private static Task<GrainHost> Start(MortalStore store, QueueOptions? queue = null) => GrainHost.Start(
        options => options with { SendingQueue = (queue ?? new QueueOptions()) with { Storage = "store", StoreAfter = TimeSpan.Zero } }, store, static host => host.Tables.Seat((0, "a:1")));
}
