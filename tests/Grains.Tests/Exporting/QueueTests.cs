using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Grains.Tests.Exporting;

public sealed class QueueTests
{
    private static readonly ExportOutcome Refused = new ExportOutcome.Permanent(GrpcStatusCode.InvalidArgument, "poison");

    [Fact]
    public async Task An_accepted_part_reaches_the_backend_of_its_slot()
    {
        await using var host = await GrainHost.Start();

        Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(1, 2)).Status);

        var attempt = await host.Backends.Next();
        Assert.Equal("a:1", attempt.Endpoint);
        Assert.Equal([1, 2], attempt.Traces);
        Assert.Equal(GrainHost.Defaults.Timeout, attempt.Timeout);
        await host.Emptied();
        Assert.Equal(2, host.Metrics.Sum("otelcol_exporter_sent_spans", $"component_id={GrainHost.Component}", $"exporter=load_balancing/{GrainHost.Component}"));
        Assert.Equal(1, host.Metrics.Sum("otelcol_loadbalancer_backend_outcome", "endpoint=a:1", "success=true"));
        Assert.Equal(1, host.Metrics.Sum("otelcol_loadbalancer_backend_latency", "endpoint=a:1"));
    }

    [Fact]
    public async Task A_backend_without_a_port_is_dialled_at_the_port_of_otlp()
    {
        await using var host = await GrainHost.Start();
        host.Tables.Seat((0, "a"));

        await host.Enqueue(1);

        Assert.Equal("a:4317", (await host.Backends.Next()).Endpoint);
        await host.Emptied();
    }

    [Fact]
    public async Task Parts_are_compressed_once_when_the_client_wants_it()
    {
        await using var host = await GrainHost.Start(static options => options with { Client = new ClientOptions { Compression = ContentCoding.Gzip } });
        host.Backends.Script = static _ => null;

        await host.Enqueue(7);
        var first = await host.Backends.Next();
        first.Answer(new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "later"));
        await host.BackingOff(TimeSpan.FromSeconds(5));
        int rents = host.Pool.Rents;
        host.Time.Advance(TimeSpan.FromSeconds(5));
        var second = await host.Backends.Next();
        second.Deliver();

        Assert.Equal(ContentCoding.Gzip, first.Coding);
        Assert.Equal(ContentCoding.Gzip, second.Coding);
        Assert.Equal([7], second.Traces);
        Assert.Equal(rents, host.Pool.Rents);
        await host.Emptied();
    }

    [Fact]
    public async Task The_queue_counts_what_is_on_its_way_and_refuses_when_full()
    {
        await using var host = await GrainHost.Start(static options => options with { Queue = new QueueOptions { Size = 2, Consumers = 1 } });
        host.Backends.Script = static _ => null;
        await host.Enqueue(1);
        await host.Enqueue(2);

        var refused = await host.Enqueue(3);

        Assert.Equal(EnqueueStatus.QueueFull, refused.Status);
        Assert.Equal(1, host.Metrics.Sum("otelcol_exporter_enqueue_failed_spans"));
        Assert.Equal(2, host.Metrics.Gauge("otelcol_exporter_queue_size").Single().Value);
        Assert.Equal(2, host.Metrics.Gauge("otelcol_exporter_queue_capacity").Single().Value);
        (await host.Backends.Next()).Deliver();
        var second = await host.Backends.Next();
        Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(4)).Status);
        second.Deliver();
        (await host.Backends.Next()).Deliver();
        await host.Emptied();
    }

    [Fact]
    public async Task No_more_parts_are_on_their_way_than_there_are_consumers()
    {
        await using var host = await GrainHost.Start(static options => options with { Queue = new QueueOptions { Consumers = 3 } });
        host.Backends.Script = static _ => null;
        for (int trace = 0; trace < 10; trace++)
            await host.Enqueue(trace);

        Attempt[] underWay = [await host.Backends.Next(), await host.Backends.Next(), await host.Backends.Next()];

        Assert.False(host.Backends.HasNext);
        host.Backends.Script = static _ => ExportOutcome.Delivered.Instance;
        foreach (var attempt in underWay)
            attempt.Deliver();
        await host.Emptied();
        Assert.Equal(10, host.Backends.Taken.Count);
    }

    [Fact]
    public async Task One_consumer_sends_in_the_order_of_acceptance()
    {
        await using var host = await GrainHost.Start(static options => options with { Queue = new QueueOptions { Consumers = 1 } });

        for (int trace = 0; trace < 50; trace++)
            await host.Enqueue(trace);
        await host.Emptied();

        Assert.Equal(Enumerable.Range(0, 50), host.Backends.Taken.SelectMany(static attempt => attempt.Traces));
    }

    [Fact]
    public async Task Blocked_callers_get_the_room_in_the_order_they_came()
    {
        await using var host = await GrainHost.Start(Blocking);
        host.Backends.Script = static _ => null;
        await host.Enqueue(1);
        var patience = TimeSpan.FromSeconds(10);

        var second = host.Enqueue(0, patience, 2);
        var third = host.Enqueue(0, patience, 3);
        Assert.Equal(EnqueueStatus.QueueFull, (await host.Enqueue(4)).Status);
        (await host.Backends.Next()).Deliver();
        Assert.Equal(EnqueueStatus.Accepted, (await second).Status);
        Assert.False(third.IsCompleted);
        (await host.Backends.Next()).Deliver();
        Assert.Equal(EnqueueStatus.Accepted, (await third).Status);
        (await host.Backends.Next()).Deliver();

        await host.Emptied();
        Assert.Equal([1, 2, 3], host.Backends.Taken.SelectMany(static attempt => attempt.Traces));
    }

    [Fact]
    public async Task A_blocked_caller_is_refused_when_its_patience_is_over()
    {
        await using var host = await GrainHost.Start(Blocking);
        host.Backends.Script = static _ => null;
        await host.Enqueue(1);

        var blocked = host.Enqueue(0, TimeSpan.FromSeconds(10), 2);
        await host.BackingOff(TimeSpan.FromSeconds(10));
        host.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(EnqueueStatus.QueueFull, (await blocked).Status);
        (await host.Backends.Next()).Deliver();
        await host.Emptied();
        Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(3)).Status);
        (await host.Backends.Next()).Deliver();
        await host.Emptied();
    }

    [Fact]
    public async Task A_poison_part_is_dropped_and_counted_and_does_not_stop_the_queue()
    {
        await using var host = await GrainHost.Start(static options => options with { Queue = new QueueOptions { Consumers = 1 } });
        host.Backends.Script = static attempt => attempt.Traces is [13] ? Refused : ExportOutcome.Delivered.Instance;

        await host.Enqueue(1);
        await host.Enqueue(13);
        await host.Enqueue(2);
        await host.Emptied();

        Assert.Equal([1, 2], host.Backends.Taken.SelectMany(static attempt => attempt.Traces));
        Assert.Equal(1, host.Metrics.Sum("orleanslb_dropped_items", "reason=permanent", "signal=traces", "endpoint=a:1"));
        Assert.Equal(1, host.Metrics.Sum("otelcol_exporter_send_failed_spans"));
        Assert.Equal(2, host.Metrics.Sum("otelcol_exporter_sent_spans"));
    }

    [Fact]
    public async Task A_fault_of_ours_costs_one_part_and_is_counted()
    {
        await using var host = await GrainHost.Start(static options => options with { Queue = new QueueOptions { Consumers = 1 } });
        host.Backends.Script = static _ => null;
        await host.Enqueue(1);
        await host.Enqueue(2);

        (await host.Backends.Next()).Throw(new InvalidOperationException("a bug"));
        (await host.Backends.Next()).Deliver();
        await host.Emptied();

        Assert.Equal(1, host.Metrics.Sum("orleanslb_dropped_items", "reason=fault"));
        Assert.Equal(1, host.Metrics.Sum("otelcol_exporter_sent_spans"));
    }

    [Fact]
    public async Task A_partial_success_is_counted_and_not_sent_again()
    {
        await using var host = await GrainHost.Start();
        host.Backends.Script = static _ => new ExportOutcome.PartiallyRejected(1, "one span has no name");

        await host.Enqueue(1, 2, 3);
        await host.Emptied();

        Assert.Single(host.Backends.Taken);
        Assert.Equal(3, host.Metrics.Sum("otelcol_exporter_sent_spans"));
        Assert.Equal(1, host.Metrics.Sum("orleanslb_exporter_partial_rejected_items", "endpoint=a:1"));
        Assert.Equal(0, host.Metrics.Sum("orleanslb_dropped_items"));
    }

    [Fact]
    public async Task Gauges_live_as_long_as_their_grain()
    {
        await using var host = await GrainHost.Start();
        await host.Enqueue(1);
        await host.Emptied();
        Assert.Contains("endpoint=a:1,", host.Metrics.Gauge("otelcol_exporter_queue_size").Single().Key, StringComparison.Ordinal);
        Assert.Single(host.Active.Keys);

        await host.Stop();

        Assert.Empty(host.Metrics.Gauge("otelcol_exporter_queue_size"));
        Assert.Empty(host.Active.Keys);
    }

    private static LoadBalancingOptions Blocking(LoadBalancingOptions options) =>
        options with { Queue = new QueueOptions { Size = 1, Consumers = 1, BlockOnOverflow = true } };
}
