using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Exporting;

public sealed class WaitForResultTests
{
    private static readonly ExportOutcome Unavailable = new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "later");

    [Fact]
    public async Task The_caller_hears_of_the_delivery_and_not_of_the_acceptance()
    {
        await using var host = await Start();
        host.Backends.Script = static _ => null;

        var answer = host.Enqueue(1);
        var attempt = await host.Backends.Next();
        Assert.False(answer.IsCompleted);
        attempt.Deliver();

        Assert.Equal(EnqueueStatus.Accepted, (await answer).Status);
        await host.Emptied();
    }

    [Fact]
    public async Task A_sender_can_ask_for_it_where_it_is_not_configured()
    {
        await using var host = await GrainHost.Start();
        host.Backends.Script = static _ => null;
        var part = TraceRequest.Of(host.Pool, 1);

        var answer = host.Grain().Enqueue(part with { AwaitsDelivery = true }, new EnqueueTerms());
        var attempt = await host.Backends.Next();
        Assert.False(answer.IsCompleted);
        attempt.Deliver();

        Assert.Equal(EnqueueStatus.Accepted, (await answer).Status);
        part.Payload.Release();
        await host.Emptied();
    }

    [Fact]
    public async Task A_refusal_reaches_the_caller_and_counts_as_no_drop()
    {
        await using var host = await Start();
        host.Backends.Script = static _ => new ExportOutcome.Permanent(GrpcStatusCode.InvalidArgument, "poison");

        var answer = await host.Enqueue(1);

        Assert.Equal((EnqueueStatus.Rejected, "InvalidArgument: poison"), (answer.Status, answer.Message));
        Assert.Equal(0, host.Metrics.Sum("orleanslb_dropped_items"));
        Assert.Equal(1, host.Metrics.Sum("otelcol_exporter_send_failed_spans"));
    }

    [Fact]
    public async Task The_retries_are_made_before_the_caller_hears_of_a_failure()
    {
        await using var host = await Start(retry: new RetryOptions { RandomizationFactor = 0, MaxElapsedTime = TimeSpan.FromSeconds(6) });
        host.Backends.Script = static _ => Unavailable;

        var answer = host.Enqueue(1);
        await host.BackingOff(TimeSpan.FromSeconds(5));
        Assert.False(answer.IsCompleted);
        host.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal((EnqueueStatus.Failed, "Unavailable: later"), ((await answer).Status, (await answer).Message));
        await host.Emptied();
    }

    [Fact]
    public async Task Nothing_is_retried_beyond_the_callers_patience()
    {
        await using var host = await Start();
        host.Backends.Script = static _ => Unavailable;

        var answer = await host.Enqueue(0, TimeSpan.FromSeconds(3), 1);

        Assert.Equal(EnqueueStatus.Failed, answer.Status);
        Assert.Equal(TimeSpan.FromSeconds(3), (await host.Backends.Next()).Timeout);
        Assert.False(host.Backends.HasNext);
    }

    [Fact]
    public async Task What_nobody_waits_for_any_more_is_not_sent()
    {
        await using var host = await Start(consumers: 1);
        host.Backends.Script = static _ => null;
        var first = host.Enqueue(0, TimeSpan.FromMinutes(1), 1);
        var attempt = await host.Backends.Next();
        var second = host.Enqueue(0, TimeSpan.FromSeconds(3), 2);
        await Eventually.Holds(() => host.Metrics.Gauge("otelcol_exporter_queue_size").Values.Sum() == 2);

        host.Time.Advance(TimeSpan.FromSeconds(4));
        attempt.Deliver();

        Assert.Equal(EnqueueStatus.Accepted, (await first).Status);
        Assert.Equal(EnqueueStatus.Failed, (await second).Status);
        Assert.False(host.Backends.HasNext);
        await host.Emptied();
    }

    [Fact]
    public async Task Callers_of_a_seat_that_is_vacated_hear_what_the_new_owners_did()
    {
        await using var host = await Start();
        host.Backends.Script = static attempt => attempt.Endpoint == "a:1" ? Unavailable : null;
        var answer = host.Enqueue(1, 2, 3);
        await host.BackingOff(TimeSpan.FromSeconds(5));

        host.Tables.Seat((1, "b:1"));
        var attempt = await host.Backends.Next();
        while (attempt.Endpoint != "b:1")
            attempt = await host.Backends.Next();
        Assert.False(answer.IsCompleted);
        attempt.Deliver();

        Assert.Equal(EnqueueStatus.Accepted, (await answer).Status);
        await host.Emptied();
    }

    [Fact]
    public async Task A_drain_that_ends_undone_tells_the_callers()
    {
        await using var host = await Start();
        host.Backends.Script = static _ => Unavailable;
        var answer = host.Enqueue(1);
        await host.BackingOff(TimeSpan.FromSeconds(5));

        var drain = host.Grain().Drain(TimeSpan.FromSeconds(2));
        await host.BackingOff(TimeSpan.FromSeconds(2));
        host.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(EnqueueStatus.Stopping, (await answer).Status);
        Assert.Equal(0, (await drain).Requests);
        Assert.Equal(0, host.Metrics.Sum("orleanslb_dropped_items"));
    }

    private static Task<GrainHost> Start(RetryOptions? retry = null, int consumers = 10) => GrainHost.Start(options => options with
    {
        Queue = new QueueOptions { WaitForResult = true, Consumers = consumers },
        Retry = retry ?? options.Retry,
    });
}
