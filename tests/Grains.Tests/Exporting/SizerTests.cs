using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Tests.Exporting;

public sealed class SizerTests
{
    [Fact]
    public async Task A_queue_of_items_counts_the_items_of_what_waits_and_of_what_is_on_its_way()
    {
        await using var host = await Start(QueueSizer.Items, size: 5);
        await host.Enqueue(1, 2, 3);

        Assert.Equal(EnqueueStatus.QueueFull, (await host.Enqueue(4, 5, 6)).Status);
        Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(7, 8)).Status);

        Assert.Equal(5, host.Metrics.Gauge("otelcol_exporter_queue_size").Single().Value);
        Assert.Equal(5, host.Metrics.Gauge("otelcol_exporter_queue_capacity").Single().Value);
        (await host.Backends.Next()).Deliver();
        var second = await host.Backends.Next();
        Assert.Equal(2, host.Metrics.Gauge("otelcol_exporter_queue_size").Single().Value);
        second.Deliver();
        await host.Emptied();
    }

    [Fact]
    public async Task A_queue_of_bytes_counts_the_bytes_of_the_parts()
    {
        var sample = TraceRequest.Of(OrleansLb.Otlp.Memory.PayloadPool.Shared, 1);
        int bytes = sample.Payload.Length;
        sample.Payload.Release();
        await using var host = await Start(QueueSizer.Bytes, size: (2 * bytes) + 1);

        await host.Enqueue(1);
        await host.Enqueue(2);
        Assert.Equal(EnqueueStatus.QueueFull, (await host.Enqueue(3)).Status);

        Assert.Equal(2 * bytes, host.Metrics.Gauge("otelcol_exporter_queue_size").Single().Value);
        (await host.Backends.Next()).Deliver();
        (await host.Backends.Next()).Deliver();
        await host.Emptied();
    }

    [Fact]
    public async Task What_is_larger_than_the_queue_is_refused_in_the_collectors_words_even_if_the_queue_is_empty_and_may_block()
    {
        await using var host = await Start(QueueSizer.Items, size: 2, blocks: true);

        var refused = await host.Enqueue(0, TimeSpan.FromSeconds(10), 1, 2, 3);

        Assert.Equal((EnqueueStatus.QueueFull, "element size too large"), (refused.Status, refused.Message));
        Assert.Equal(3, host.Metrics.Sum("otelcol_exporter_enqueue_failed_spans"));
    }

    [Fact]
    public async Task A_caller_that_needs_less_does_not_overtake_one_that_needs_more()
    {
        await using var host = await Start(QueueSizer.Items, size: 3, blocks: true);
        var patience = TimeSpan.FromSeconds(10);
        await host.Enqueue(1, 2, 3);

        var large = host.Enqueue(0, patience, 4, 5, 6);
        var small = host.Enqueue(0, patience, 7);
        (await host.Backends.Next()).Deliver();
        Assert.Equal(EnqueueStatus.Accepted, (await large).Status);
        Assert.False(small.IsCompleted);
        (await host.Backends.Next()).Deliver();
        Assert.Equal(EnqueueStatus.Accepted, (await small).Status);
        (await host.Backends.Next()).Deliver();

        await host.Emptied();
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], host.Backends.Taken.SelectMany(static attempt => attempt.Traces));
    }

    [Fact]
    public async Task A_caller_that_gives_up_lets_those_behind_it_in()
    {
        await using var host = await Start(QueueSizer.Items, size: 3, blocks: true);
        await host.Enqueue(1, 2);

        var large = host.Enqueue(0, TimeSpan.FromSeconds(10), 4, 5, 6);
        await host.BackingOff(TimeSpan.FromSeconds(10));
        var small = host.Enqueue(0, TimeSpan.FromSeconds(20), 7);
        await host.BackingOff(TimeSpan.FromSeconds(20));
        host.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(EnqueueStatus.QueueFull, (await large).Status);
        Assert.Equal(EnqueueStatus.Accepted, (await small).Status);
        (await host.Backends.Next()).Deliver();
        (await host.Backends.Next()).Deliver();
        await host.Emptied();
    }

    private static async Task<GrainHost> Start(QueueSizer sizer, long size, bool blocks = false)
    {
        var host = await GrainHost.Start(options => options with
        {
            Queue = new QueueOptions { Sizer = sizer, Size = size, Consumers = 1, BlockOnOverflow = blocks },
        });
        host.Backends.Script = static _ => null;
        return host;
    }
}
