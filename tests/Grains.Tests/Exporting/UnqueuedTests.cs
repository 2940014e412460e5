using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Grains.Tests.Exporting;

/// <summary>With the queue off, the answer to a caller is what became of its part.</summary>
public sealed class UnqueuedTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly ExportOutcome Unavailable = new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "later");

    [Fact]
    public async Task Acceptance_means_delivery()
    {
        await using var host = await Start();
        host.Backends.Script = static _ => null;

        var answer = host.Enqueue(0, Patience, 1);
        var attempt = await host.Backends.Next();
        Assert.False(answer.IsCompleted);
        attempt.Deliver();

        Assert.Equal(EnqueueStatus.Accepted, (await answer).Status);
        Assert.Equal(1, host.Metrics.Sum("otelcol_exporter_sent_spans"));
    }

    [Fact]
    public async Task A_refusal_for_good_is_handed_to_the_caller_and_not_counted_as_a_drop()
    {
        await using var host = await Start();
        host.Backends.Script = static _ => new ExportOutcome.Permanent(GrpcStatusCode.InvalidArgument, "no");

        var answer = await host.Enqueue(0, Patience, 1);

        Assert.Equal(EnqueueStatus.Rejected, answer.Status);
        Assert.Equal("InvalidArgument: no", answer.Message);
        Assert.Equal(1, host.Metrics.Sum("otelcol_exporter_send_failed_spans"));
        Assert.Equal(0, host.Metrics.Sum("orleanslb_dropped_items"));
    }

    [Fact]
    public async Task A_failure_is_tried_again_while_the_caller_waits()
    {
        await using var host = await Start();
        host.Backends.Script = static _ => null;

        var answer = host.Enqueue(0, Patience, 1);
        (await host.Backends.Next()).Answer(Unavailable);
        await host.BackingOff(TimeSpan.FromSeconds(5));
        host.Time.Advance(TimeSpan.FromSeconds(5));
        (await host.Backends.Next()).Deliver();

        Assert.Equal(EnqueueStatus.Accepted, (await answer).Status);
    }

    [Fact]
    public async Task A_retry_that_would_outlast_the_callers_patience_is_left_to_the_caller()
    {
        await using var host = await Start();
        host.Backends.Script = static _ => new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "later", TimeSpan.FromSeconds(25));

        var answer = await host.Enqueue(0, Patience, 1);

        Assert.Equal(EnqueueStatus.Failed, answer.Status);
        Assert.Equal(TimeSpan.FromSeconds(25), answer.RetryAfter);
    }

    [Fact]
    public async Task An_attempt_takes_no_longer_than_the_callers_patience()
    {
        await using var host = await Start();

        await host.Enqueue(0, TimeSpan.FromSeconds(2), 1);

        Assert.Equal(TimeSpan.FromSeconds(2), (await host.Backends.Next()).Timeout);
    }

    [Fact]
    public async Task A_caller_without_patience_gets_one_attempt()
    {
        await using var host = await Start();
        host.Backends.Script = static _ => Unavailable;

        Assert.Equal(EnqueueStatus.Failed, (await host.Enqueue(0, TimeSpan.Zero, 1)).Status);

        Assert.Equal(GrainHost.Defaults.Timeout, (await host.Backends.Next()).Timeout);
        Assert.False(host.Backends.HasNext);
    }

    [Fact]
    public async Task A_part_for_a_seat_nobody_holds_is_delivered_by_its_owners()
    {
        await using var host = await Start();
        host.Tables.Seat((0, "a:1"), (1, "b:1"));
        int[] traces = [.. Enumerable.Range(1, 64)];

        Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(7, Patience, traces)).Status);

        Assert.Equal(traces, host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        Assert.Equal(2, host.Backends.Taken.Count);
    }

    [Fact]
    public async Task Without_any_backend_the_caller_may_try_again()
    {
        await using var host = await Start();
        host.Tables.Seat();

        Assert.Equal(EnqueueStatus.Failed, (await host.Enqueue(0, Patience, 1)).Status);
    }

    [Fact]
    public async Task A_drain_ends_the_retries_of_waiting_callers()
    {
        await using var host = await Start();
        host.Backends.Script = static _ => Unavailable;
        var answer = host.Enqueue(0, Patience, 1);
        await host.BackingOff(TimeSpan.FromSeconds(5));

        await host.Grain().Drain(Patience);

        Assert.Equal(EnqueueStatus.Failed, (await answer).Status);
    }

    private static Task<GrainHost> Start() =>
        GrainHost.Start(static options => options with { Queue = new QueueOptions { Enabled = false } });
}
