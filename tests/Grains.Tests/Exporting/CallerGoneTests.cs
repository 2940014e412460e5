using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Exporting;

/// <summary>A caller that has gone has not heard that its part was taken, and sends it again: nothing of it may be delivered that can be helped.</summary>
public sealed class CallerGoneTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly ExportOutcome Unavailable = new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "later");

    private readonly CancellationTokenSource _gone = new();

    public void Dispose() => _gone.Dispose();

    [Fact]
    public async Task While_it_waits_for_room_nothing_is_queued()
    {
        await using var host = await Start(new QueueOptions { Size = 1, Consumers = 1, BlockOnOverflow = true });
        host.Backends.Script = static _ => null;
        await host.Enqueue(1);
        var first = await host.Backends.Next();

        var waits = Enqueue(host, 2);
        await host.BackingOff(Patience);
        await _gone.CancelAsync();

        Assert.Equal(EnqueueStatus.Cancelled, (await waits).Status);
        first.Deliver();
        await host.Emptied();
        Assert.Single(host.Backends.Taken);
    }

    [Fact]
    public async Task While_it_waits_for_a_result_a_part_that_is_still_queued_is_not_sent_and_its_room_is_free_at_once()
    {
        await using var host = await Start(new QueueOptions { Size = 2, Consumers = 1, WaitForResult = true });
        host.Backends.Script = static _ => null;
        var first = host.Enqueue(1);
        var attempt = await host.Backends.Next();
        var second = Enqueue(host, 2);
        await Eventually.Holds(() => host.Metrics.Gauge("otelcol_exporter_queue_size").Values.Sum() == 2);
        await _gone.CancelAsync();

        Assert.Equal(EnqueueStatus.Cancelled, (await second).Status);
        Assert.Equal(1, host.Metrics.Gauge("otelcol_exporter_queue_size").Values.Sum());
        Assert.Equal(1, host.Metrics.Sum("otelcol_exporter_send_failed_spans"));
        Assert.Equal(0, host.Metrics.Sum("orleanslb_dropped_items"));
        attempt.Deliver();
        await first;
        await host.Emptied();
        Assert.Single(host.Backends.Taken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_attempt_under_way_for_it_ends(bool queue)
    {
        await using var host = await Start(queue ? new QueueOptions { WaitForResult = true } : new QueueOptions { Enabled = false });
        host.Backends.Script = static _ => null;
        var answer = Enqueue(host, 1);
        await host.Backends.Next();
        await _gone.CancelAsync();

        Assert.Equal(EnqueueStatus.Cancelled, (await answer).Status);
        await host.Emptied();
        Assert.Empty(host.Backends.Taken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_wait_for_a_retry_ends(bool queue)
    {
        await using var host = await Start(queue ? new QueueOptions { WaitForResult = true } : new QueueOptions { Enabled = false });
        host.Backends.Script = static _ => Unavailable;
        var answer = Enqueue(host, 1);
        await host.BackingOff(TimeSpan.FromSeconds(5));
        await _gone.CancelAsync();

        Assert.Equal(EnqueueStatus.Cancelled, (await answer).Status);
        await host.Emptied();
    }

    [Fact]
    public async Task The_wait_for_a_backend_that_nobody_knows_yet_ends_and_nothing_is_sent_when_there_is_one()
    {
        await using var host = await Start(new QueueOptions { WaitForResult = true });
        host.Tables.Seat();
        var answer = Enqueue(host, 1);
        await Eventually.Holds(() => host.Metrics.Gauge("otelcol_exporter_queue_size").Values.Sum() == 1);
        await _gone.CancelAsync();

        Assert.Equal(EnqueueStatus.Cancelled, (await answer).Status);
        await host.Emptied();
        host.Tables.Seat((0, "a:1"));
        await host.Enqueue(2);
        Assert.Equal([2], Assert.Single(host.Backends.Taken).Traces);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_pieces_that_its_part_was_cut_into_are_not_tried_again(bool queue)
    {
        await using var host = await Start(queue ? new QueueOptions { WaitForResult = true } : new QueueOptions { Enabled = false });
        host.Backends.Script = static attempt => attempt.Traces.Length > 100
            ? new ExportOutcome.Permanent(GrpcStatusCode.ResourceExhausted, "grpc: received message larger than max (9000 vs. 2000)")
            : Unavailable;
        var answer = Enqueue(host, [.. Enumerable.Range(1, 200)]);
        await host.BackingOff(TimeSpan.FromSeconds(5));
        await _gone.CancelAsync();

        Assert.Equal(EnqueueStatus.Cancelled, (await answer).Status);
        await host.Emptied();
        Assert.Empty(host.Backends.Taken);
    }

    [Fact]
    public async Task What_waits_to_be_merged_is_left_out_of_the_batch()
    {
        await using var host = await Start(new QueueOptions { WaitForResult = true, Batch = new BatchOptions { MinSize = 10, FlushTimeout = TimeSpan.FromSeconds(3) } });
        var gone = Enqueue(host, 1);
        var stays = host.Enqueue(0, Patience, 2);
        await host.BackingOff(TimeSpan.FromSeconds(3));
        await _gone.CancelAsync();
        Assert.Equal(EnqueueStatus.Cancelled, (await gone).Status);
        host.Time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(EnqueueStatus.Accepted, (await stays).Status);
        Assert.Equal([2], Assert.Single(host.Backends.Taken).Traces);
    }

    [Fact]
    public async Task A_part_that_was_accepted_is_delivered_all_the_same()
    {
        await using var host = await Start(new QueueOptions());
        host.Backends.Script = static _ => null;
        var answer = await Enqueue(host, 1);
        var attempt = await host.Backends.Next();
        await _gone.CancelAsync();
        attempt.Deliver();

        Assert.Equal(EnqueueStatus.Accepted, answer.Status);
        await host.Emptied();
        Assert.Single(host.Backends.Taken);
    }

    private static Task<GrainHost> Start(QueueOptions queue) => GrainHost.Start(options => options with { Queue = queue });

    private async Task<EnqueueOutcome> Enqueue(GrainHost host, params int[] traces)
    {
        var part = TraceRequest.Of(host.Pool, traces);
        try
        {
            return await host.Grain().Enqueue(part, new EnqueueTerms { Patience = Patience }, _gone.Token);
        }
        finally
        {
            part.Payload.Release();
        }
    }
}
