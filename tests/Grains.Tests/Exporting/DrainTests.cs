using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Grains.Tests.Exporting;

public sealed class DrainTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly ExportOutcome Unavailable = new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "later");

    [Fact]
    public async Task A_drain_delivers_what_is_queued_and_accepts_nothing_more()
    {
        await using var host = await GrainHost.Start(static options => options with { Queue = new QueueOptions { Consumers = 1 } });
        host.Backends.Script = static _ => null;
        await host.Enqueue(1);
        await host.Enqueue(2);

        var draining = host.Grain().Drain(Patience);
        Assert.Equal(EnqueueStatus.Stopping, (await host.Enqueue(3)).Status);
        (await host.Backends.Next()).Deliver();
        (await host.Backends.Next()).Deliver();

        Assert.Equal(new DrainReport(0, "a:1", 0, 0), await draining);
        Assert.Equal(2, host.Metrics.Sum("otelcol_exporter_sent_spans"));
        Assert.Equal(1, host.Metrics.Sum("otelcol_exporter_enqueue_failed_spans"));
    }

    [Fact]
    public async Task A_silo_whose_calls_go_nowhere_empties_its_queues_on_the_turns_of_their_activations()
    {
        await using var host = await GrainHost.Start(static options => options with { Queue = new QueueOptions { Consumers = 1 } });
        host.Backends.Script = static _ => null;
        await host.Enqueue(1);
        await host.Enqueue(2);
        var first = await host.Backends.Next();

        var draining = host.Active.DrainHere(Patience);
        first.Deliver();
        (await host.Backends.Next()).Deliver();

        Assert.Equal([new DrainReport(0, "a:1", 0, 0)], await draining);
        Assert.Equal(2, host.Metrics.Sum("otelcol_exporter_sent_spans"));
        Assert.Equal(EnqueueStatus.Stopping, (await host.Enqueue(3)).Status);
    }

    [Fact]
    public async Task A_drain_tries_at_once_what_waits_for_a_retry()
    {
        await using var host = await GrainHost.Start();
        host.Backends.Script = static _ => null;
        await host.Enqueue(1);
        (await host.Backends.Next()).Answer(Unavailable);
        await host.BackingOff(TimeSpan.FromSeconds(5));

        var draining = host.Grain().Drain(Patience);
        (await host.Backends.Next()).Answer(Unavailable);
        await host.BackingOff(TimeSpan.FromSeconds(7.5));
        host.Time.Advance(TimeSpan.FromSeconds(7.5));
        (await host.Backends.Next()).Deliver();

        Assert.Equal(0, (await draining).Requests);
    }

    [Fact]
    public async Task What_is_left_when_the_time_is_over_is_dropped_counted_and_reported()
    {
        await using var host = await GrainHost.Start(static options => options with { Queue = new QueueOptions { Consumers = 2 } });
        host.Backends.Script = attempt => attempt.Traces is [1] ? Unavailable : null;
        await host.Enqueue(1);
        await host.Enqueue(2, 3);
        await host.Enqueue(4, 5, 6);
        await host.Backends.Next();
        await host.Backends.Next();

        var draining = host.Grain().Drain(TimeSpan.FromSeconds(3));
        await host.BackingOff(TimeSpan.FromSeconds(3));
        host.Time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(new DrainReport(0, "a:1", 3, 6), await draining);
        Assert.Equal(6, host.Metrics.Sum("orleanslb_dropped_items", "reason=shutdown"));
        Assert.Equal(6, host.Metrics.Sum("otelcol_exporter_send_failed_spans"));
        Assert.Equal(0, host.Metrics.Gauge("otelcol_exporter_queue_size").Single().Value);
    }

    [Fact]
    public async Task A_drain_turns_blocked_callers_away()
    {
        await using var host = await GrainHost.Start(
            static options => options with { Queue = new QueueOptions { Size = 1, Consumers = 1, BlockOnOverflow = true } });
        host.Backends.Script = static _ => null;
        await host.Enqueue(1);
        var blocked = host.Enqueue(0, Patience, 2);

        var draining = host.Grain().Drain(Patience);
        Assert.Equal(EnqueueStatus.Stopping, (await blocked).Status);
        (await host.Backends.Next()).Deliver();

        Assert.Equal(0, (await draining).Requests);
    }

    [Fact]
    public async Task The_pieces_of_a_vacant_seat_go_to_the_backends_themselves_when_their_owners_stop_too()
    {
        await using var host = await GrainHost.Start();
        host.Tables.Seat((0, "a:1"), (1, "b:1"));
        host.Backends.Script = static attempt => attempt.Endpoint == "a:1" ? Unavailable : ExportOutcome.Delivered.Instance;
        await host.Enqueue(1);
        await host.Backends.Next();
        await host.BackingOff(TimeSpan.FromSeconds(5));
        await host.Grain(1).Drain(Patience);
        host.Tables.Seat((1, "b:1"));

        var report = await host.Grain(0).Drain(Patience);

        Assert.Equal(0, report.Requests);
        Assert.Equal("b:1", Assert.Single(host.Backends.Taken).Endpoint);
    }

    [Fact]
    public async Task Ending_the_silo_sends_what_is_queued()
    {
        await using var host = await GrainHost.Start();
        host.Backends.Script = static _ => null;
        await host.Enqueue(1);
        var attempt = await host.Backends.Next();

        var stopping = host.Stop();
        Assert.False(stopping.IsCompleted);
        attempt.Deliver();
        await stopping;

        Assert.Equal(1, host.Metrics.Sum("otelcol_exporter_sent_spans"));
    }

    [Fact]
    public async Task A_silo_that_ends_before_a_backend_answers_drops_with_a_reason()
    {
        await using var host = await GrainHost.Start();
        host.Backends.Script = static _ => null;
        await host.Enqueue(1, 2);
        await host.Backends.Next();

        await host.StopWhileTimePasses();

        Assert.Equal(2, host.Metrics.Sum("orleanslb_dropped_items", "reason=shutdown"));
    }
}
