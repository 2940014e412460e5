using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Grains.Tests.Exporting;

public sealed class RetryTests
{
    private static readonly ExportOutcome Unavailable = new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "later");

    [Fact]
    public async Task A_retryable_failure_is_tried_again_after_the_back_off()
    {
        await using var host = await GrainHost.Start();
        host.Backends.Script = static _ => null;
        await host.Enqueue(1);

        foreach (double seconds in new[] { 5, 7.5, 11.25 })
        {
            (await host.Backends.Next()).Answer(Unavailable);
            await host.BackingOff(TimeSpan.FromSeconds(seconds));
            Assert.False(host.Backends.HasNext);
            host.Time.Advance(TimeSpan.FromSeconds(seconds));
        }

        (await host.Backends.Next()).Deliver();
        await host.Emptied();
        Assert.Equal(3, host.Metrics.Sum("orleanslb_exporter_retries", "endpoint=a:1"));
        Assert.Equal(3, host.Metrics.Sum("otelcol_loadbalancer_backend_outcome", "success=false"));
        Assert.Equal(1, host.Metrics.Sum("otelcol_exporter_sent_spans"));
        Assert.Equal(0, host.Metrics.Sum("otelcol_exporter_send_failed_spans"));
    }

    [Fact]
    public async Task The_backends_own_delay_is_kept()
    {
        await using var host = await GrainHost.Start();
        host.Backends.Script = static _ => null;
        await host.Enqueue(1);

        (await host.Backends.Next()).Answer(new ExportOutcome.Retryable(GrpcStatusCode.ResourceExhausted, "slow down", TimeSpan.FromSeconds(20)));
        await host.BackingOff(TimeSpan.FromSeconds(20));
        host.Time.Advance(TimeSpan.FromSeconds(20));

        (await host.Backends.Next()).Deliver();
        await host.Emptied();
    }

    [Fact]
    public async Task An_attempt_on_a_dead_connection_is_repeated_at_once()
    {
        await using var host = await GrainHost.Start();
        host.Backends.Script = static _ => null;
        await host.Enqueue(1);

        (await host.Backends.Next()).Answer(new ExportOutcome.Retryable(GrpcStatusCode.DeadlineExceeded, "no answer") { IsLinkLost = true });
        (await host.Backends.Next()).Deliver();

        await host.Emptied();
        Assert.Equal(1, host.Metrics.Sum("orleanslb_exporter_retries"));
    }

    [Fact]
    public async Task A_part_whose_retries_are_exhausted_is_dropped_with_that_reason()
    {
        await using var host = await GrainHost.Start(
            static options => options with { Retry = options.Retry with { MaxElapsedTime = TimeSpan.FromSeconds(12) } });
        host.Backends.Script = static _ => null;
        await host.Enqueue(1);

        (await host.Backends.Next()).Answer(Unavailable);
        await host.BackingOff(TimeSpan.FromSeconds(5));
        host.Time.Advance(TimeSpan.FromSeconds(5));
        (await host.Backends.Next()).Answer(Unavailable);

        await host.Emptied();
        Assert.Equal(1, host.Metrics.Sum("orleanslb_dropped_items", "reason=retries_exhausted"));
    }

    [Fact]
    public async Task With_retry_off_the_first_failure_drops_the_part()
    {
        await using var host = await GrainHost.Start(static options => options with { Retry = new RetryOptions { Enabled = false } });
        host.Backends.Script = static _ => Unavailable;

        await host.Enqueue(1);
        await host.Emptied();

        Assert.Equal(1, host.Metrics.Sum("orleanslb_dropped_items", "reason=retries_exhausted"));
        Assert.Equal(0, host.Metrics.Sum("orleanslb_exporter_retries"));
    }

    [Fact]
    public async Task Parts_that_wait_for_a_retry_go_to_a_replacement_at_once()
    {
        await using var host = await GrainHost.Start();
        host.Backends.Script = static attempt => attempt.Endpoint == "a:1" ? Unavailable : ExportOutcome.Delivered.Instance;
        await host.Enqueue(1);
        await host.Enqueue(2);
        await host.Backends.Next();
        await host.Backends.Next();
        await host.BackingOff(TimeSpan.FromSeconds(5));

        host.Tables.Seat((0, "b:1"));

        await host.Emptied();
        Assert.Equal([1, 2], host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        Assert.All(host.Backends.Taken, static attempt => Assert.Equal("b:1", attempt.Endpoint));
        Assert.Contains("endpoint=b:1,", host.Metrics.Gauge("otelcol_exporter_queue_size").Single().Key, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_elsewhere_on_the_ring_does_not_cut_a_back_off_short()
    {
        await using var host = await GrainHost.Start();
        host.Backends.Script = static _ => null;
        await host.Enqueue(1);
        (await host.Backends.Next()).Answer(Unavailable);
        await host.BackingOff(TimeSpan.FromSeconds(5));
        host.Time.Advance(TimeSpan.FromSeconds(2));

        host.Tables.Seat((0, "a:1"), (1, "b:1"));

        await host.BackingOff(TimeSpan.FromSeconds(3));
        Assert.False(host.Backends.HasNext);
        host.Time.Advance(TimeSpan.FromSeconds(3));
        (await host.Backends.Next()).Deliver();
        await host.Emptied();
    }
}
