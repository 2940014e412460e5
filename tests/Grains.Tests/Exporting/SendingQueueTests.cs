using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.SendingQueues;
using OrleansLb.Grains.Options;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Exporting;

/// <summary>The queue before the split, in memory.</summary>
public sealed class SendingQueueTests
{
    private const string Size = "otelcol_exporter_queue_size";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_request_is_accepted_before_it_is_split_and_no_more_are_on_their_way_than_there_are_consumers()
    {
        await using var host = await Start(new QueueOptions { Consumers = 2 });
        host.FanOut.Script = static _ => null;

        for (int trace = 1; trace <= 3; trace++)
            Assert.Equal(EnqueueStatus.Accepted, (await host.Send(Patience, trace)).Status);
        var first = await host.FanOut.Next();
        var second = await host.FanOut.Next();
        Assert.False(host.FanOut.HasNext);
        Assert.Null(first.Request.Patience);
        Assert.False(first.Request.AwaitsDelivery);
        first.Deliver();
        var third = await host.FanOut.Next();
        second.Deliver();
        third.Deliver();

        await host.Emptied();
        Assert.Equal([1, 2, 3], host.FanOut.Delivered.SelectMany(static traces => traces).Order());
    }

    [Theory]
    [InlineData(QueueSizer.Requests, 2, 2)]
    [InlineData(QueueSizer.Items, 5, 4)]
    public async Task A_full_queue_refuses_counts_and_shows_how_full_it_is(QueueSizer sizer, long capacity, long used)
    {
        await using var host = await Start(new QueueOptions { Sizer = sizer, Size = capacity });
        host.FanOut.Script = static _ => null;
        await host.Send(Patience, 1, 2);
        await host.Send(Patience, 3, 4);

        var refused = await host.Send(Patience, 5, 6);

        Assert.Equal((EnqueueStatus.QueueFull, "sending queue is full"), (refused.Status, refused.Message));
        Assert.Equal(2, host.Metrics.Sum("otelcol_exporter_enqueue_failed_spans", "data_type=traces", $"exporter=load_balancing/{GrainHost.Component}"));
        var size = host.Metrics.Gauge(Size).Single();
        Assert.Equal(used, size.Value);
        Assert.Equal($"{Size}{{exporter=load_balancing/{GrainHost.Component},component_path=/,component_id={GrainHost.Component},data_type=traces,}}", size.Key);
        Assert.Equal(capacity, host.Metrics.Gauge("otelcol_exporter_queue_capacity").Single().Value);
        (await host.FanOut.Next()).Deliver();
        (await host.FanOut.Next()).Deliver();
        await host.Emptied();
    }

    [Fact]
    public async Task Who_may_block_waits_for_room()
    {
        await using var host = await Start(new QueueOptions { Size = 1, BlockOnOverflow = true });
        host.FanOut.Script = static _ => null;
        await host.Send(Patience, 1);

        var waiting = host.Send(Patience, 2);
        Assert.False(waiting.IsCompleted);
        (await host.FanOut.Next()).Deliver();

        Assert.Equal(EnqueueStatus.Accepted, (await waiting).Status);
        (await host.FanOut.Next()).Deliver();
        await host.Emptied();
    }

    [Fact]
    public async Task With_wait_for_result_the_caller_hears_what_became_of_its_request_and_that_is_no_drop()
    {
        await using var host = await Start(new QueueOptions { WaitForResult = true });
        host.FanOut.Script = static _ => null;

        var answer = host.Send(Patience, 1, 2, 3);
        var call = await host.FanOut.Next();
        Assert.Equal(Patience, call.Request.Patience);
        Assert.False(answer.IsCompleted);
        call.Answer(host.FanOut.Left("sending queue is full", 0, 2));

        Assert.Equal((EnqueueStatus.Failed, "sending queue is full"), ((await answer).Status, (await answer).Message));
        Assert.Equal(0, host.Metrics.Sum("orleanslb_dropped_items"));
        await host.Emptied();
    }

    [Fact]
    public async Task What_nobody_took_when_the_retries_are_over_is_dropped_and_counted_and_nothing_else_is()
    {
        await using var host = await Start(new QueueOptions());
        host.FanOut.Script = call => call.Traces.Length == 6 ? host.FanOut.Left("sending queue is full", rejected: 3, 5, 6) : FakeFanOut.Taken;

        await host.Send(Patience, 1, 2, 3, 4, 5, 6);
        await host.Send(Patience, 7);
        await Eventually.Holds(() => host.FanOut.Delivered.Count == 1);
        await host.Emptied();

        Assert.Equal(2, host.Metrics.Sum("orleanslb_dropped_items", "reason=retries_exhausted", "signal=traces"));
        Assert.Equal(3, host.Metrics.Sum("orleanslb_dropped_items", "reason=permanent"));
        Assert.Equal(5, host.Metrics.Sum("orleanslb_dropped_items"));
        Assert.Equal(5, host.Metrics.Sum("otelcol_exporter_send_failed_spans"));
    }

    [Fact]
    public async Task Requests_wait_until_a_backend_is_known_and_are_not_tried_before()
    {
        await using var host = await GrainHost.Start(With(new QueueOptions()), store: null, static _ => { });

        Assert.Equal(EnqueueStatus.Accepted, (await host.Send(Patience, 1)).Status);
        Assert.False(host.FanOut.HasNext);
        host.Tables.Seat((0, "a:1"));

        Assert.Equal(1, Assert.Single((await host.FanOut.Next()).Traces));
        await host.Emptied();
    }

    [Fact]
    public async Task Whole_requests_are_merged_before_they_are_split()
    {
        await using var host = await Start(new QueueOptions { Consumers = 1, Batch = new BatchOptions { MinSize = 4, MaxSize = 4 } });

        foreach (int[] chunk in Enumerable.Range(0, 24).Chunk(3).ToArray())
            await host.Send(Patience, chunk);
        await host.Emptied();

        Assert.Equal(Enumerable.Range(0, 24), host.FanOut.Delivered.SelectMany(static traces => traces).Order());
        Assert.All(host.FanOut.Delivered, static traces => Assert.Equal(4, traces.Length));
    }

    [Fact]
    public async Task A_drain_hurries_the_retries_and_what_is_left_after_it_is_counted_and_reported()
    {
        await using var host = await Start(new QueueOptions { Consumers = 1 });
        host.FanOut.Script = static _ => null;
        await host.Send(Patience, 1, 2);
        await host.Send(Patience, 3, 4, 5);
        var call = await host.FanOut.Next();
        Assert.False(call.Request.Hurry.IsCancellationRequested);

        var drain = host.SendingQueue().Drain(TimeSpan.FromSeconds(3));
        await host.BackingOff(TimeSpan.FromSeconds(3));
        await Eventually.Holds(() => call.Request.Hurry.IsCancellationRequested);
        Assert.False(call.Request.Ended.IsCancellationRequested);
        Assert.Equal(EnqueueStatus.Stopping, (await host.Send(Patience, 6)).Status);
        host.Time.Advance(TimeSpan.FromSeconds(3));
        await Eventually.Holds(() => call.Request.Ended.IsCancellationRequested);
        Assert.False(drain.IsCompleted);
        call.Answer(host.FanOut.Left("sending queue is full", rejected: 0, 2));

        Assert.Equal(new DrainReport(null, null, 2, 4, 0, $"{GrainHost.Component}/traces/lane"), await drain);
        Assert.Equal(4, host.Metrics.Sum("orleanslb_dropped_items", "reason=shutdown"));
    }

    [Fact]
    public async Task A_router_that_throws_costs_its_request_only()
    {
        await using var host = await Start(new QueueOptions());
        host.FanOut.Script = static call => call.Traces is [1] ? throw new InvalidOperationException("bug") : FakeFanOut.Taken;

        await host.Send(Patience, 1);
        await host.Send(Patience, 2);
        await host.Emptied();

        Assert.Equal([2], Assert.Single(host.FanOut.Delivered));
        Assert.Equal(1, host.Metrics.Sum("orleanslb_dropped_items", "reason=fault"));
    }

    [Theory]
    [InlineData("otelcol.exporter.loadbalancing.a/traces/silo-1")]
    [InlineData("otelcol.exporter.loadbalancing.a/metrics/x/y")]
    public void Keys_are_read_as_they_are_written(string key) => Assert.Equal(key, SendingQueueKey.Parse(key).ToString());

    [Theory]
    [InlineData("otelcol.exporter.loadbalancing.a/0/silo-1")]
    [InlineData("otelcol.exporter.loadbalancing.a/traces")]
    public void What_is_no_key_is_an_error(string key) => Assert.Throws<FormatException>(() => SendingQueueKey.Parse(key));

    private static Task<GrainHost> Start(QueueOptions queue) => GrainHost.Start(With(queue));

    private static Func<LoadBalancingOptions, LoadBalancingOptions> With(QueueOptions queue) => options => options with { SendingQueue = queue };
}
