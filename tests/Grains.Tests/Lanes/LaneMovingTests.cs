using System.Diagnostics;
using Orleans.Core.Internal;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Grains.Tests.Exporting;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Lanes;

[Collection(nameof(LaneCluster))]
public sealed class LaneMovingTests
{
    private static readonly ExportOutcome Unavailable = new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "later");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_silo_that_stops_while_backends_are_down_moves_what_it_has_within_seconds(bool isBatching)
    {
        await using var cluster = new LaneCluster(options => options with
        {
            Queue = new QueueOptions { Consumers = 2, Batch = isBatching ? new BatchOptions { MinSize = 3, FlushTimeout = TimeSpan.FromSeconds(2) } : null },
        });
        var a = await cluster.Start("a");
        var b = await cluster.Start("b");
        Seat(a, b);
        a.Backends.Script = static _ => Unavailable;
        for (int part = 0; part < 200; part++)
            Assert.Equal(EnqueueStatus.Accepted, (await a.Enqueue(part % 4, "a", part)).Status);

        long began = Stopwatch.GetTimestamp();
        await a.Stop();

        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10), $"{Stopwatch.GetElapsedTime(began)}");
        await Delivers(b, 200);
        Assert.Empty(a.Backends.Taken);
        Assert.Equal(200, a.Metrics.Sum("orleanslb_exporter_passed_on_items"));
        Assert.Equal(0, a.Metrics.Sum("orleanslb_dropped_items"));
    }

    [Fact]
    public async Task What_is_on_its_way_is_waited_for_and_the_rest_moves_at_once()
    {
        await using var cluster = new LaneCluster(static options => options with { Queue = new QueueOptions { Consumers = 2 } });
        var a = await cluster.Start("a");
        var b = await cluster.Start("b");
        Seat(a, b);
        a.Backends.Script = static _ => null;
        for (int part = 0; part < 10; part++)
            await a.Enqueue(0, "a", part);
        var first = await a.Backends.Next();
        var second = await a.Backends.Next();

        var stopping = a.Stop();
        await Eventually.Holds(() => b.Backends.Taken.Count == 8);
        Assert.False(stopping.IsCompleted);
        first.Deliver();
        second.Deliver();
        await stopping;

        Assert.Equal([0, 1], a.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        Assert.Equal(Enumerable.Range(2, 8), b.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
    }

    [Fact]
    public async Task Requests_before_the_split_move_too()
    {
        await using var cluster = new LaneCluster(static options => options with { SendingQueue = new QueueOptions { Consumers = 2 } });
        var a = await cluster.Start("a");
        var b = await cluster.Start("b");
        Seat(a, b);
        a.FanOut.Script = call => call.Request.Ended.IsCancellationRequested ? a.FanOut.Left("stopping", 0, call.Traces) : null;
        for (int part = 0; part < 10; part++)
            Assert.Equal(EnqueueStatus.Accepted, (await a.Send("a", part)).Status);
        var first = await a.FanOut.Next();
        var second = await a.FanOut.Next();

        var stopping = a.Stop();
        await Eventually.Holds(() => b.FanOut.Delivered.Count == 8);
        first.Answer(a.FanOut.Left("nobody takes it", 0, first.Traces));
        second.Answer(FakeFanOut.Taken);
        await stopping;

        await Eventually.Holds(() => b.FanOut.Delivered.Count == 9);
        Assert.Equal(Enumerable.Range(0, 10).Except(second.Traces), b.FanOut.Delivered.SelectMany(static traces => traces).Order());
        Assert.Equal(0, a.Metrics.Sum("orleanslb_dropped_items"));
    }

    [Fact]
    public async Task A_grain_that_stops_passes_on_what_is_paid_for_and_who_asks_for_room()
    {
        await using var cluster = new LaneCluster();
        var a = await cluster.Start("a");
        var b = await cluster.Start("b");
        Seat(a, b);
        var grant = await b.Grain(0, "a").GrantCredit(new CreditRequest { Router = "router", Least = 1, HoldsNone = true });
        await a.Grain(0, "a").Drain(TimeSpan.FromSeconds(1));

        Assert.Equal(EnqueueStatus.Accepted, (await b.Enqueue(0, "a", new EnqueueTerms { Router = "router" }, 1)).Status);
        Assert.Equal(EnqueueStatus.Accepted, (await b.Enqueue(0, "a", 2)).Status);
        var later = await b.Grain(0, "a").GrantCredit(new CreditRequest { Router = "router", Least = 1, HoldsNone = true });

        await Eventually.Holds(() => b.Backends.Taken.Count == 2);
        Assert.Null(later.Refusal);
        Assert.NotEqual(grant.Session, later.Session);
        Assert.True(later.Room > 0);
    }

    [Fact]
    public async Task With_the_queue_off_a_grain_that_stops_has_another_deliver_while_the_caller_waits()
    {
        await using var cluster = new LaneCluster(static options => options with { Queue = new QueueOptions { Enabled = false } });
        var a = await cluster.Start("a");
        var b = await cluster.Start("b");
        Seat(a, b);
        await a.Grain(0, "a").Drain(TimeSpan.FromSeconds(1));

        Assert.Equal(EnqueueStatus.Accepted, (await b.Enqueue(0, "a", new EnqueueTerms { Patience = TimeSpan.FromSeconds(20) }, 1)).Status);
        Assert.Equal([1], Assert.Single(b.Backends.Taken).Traces);
    }

    [Fact]
    public async Task What_nobody_can_take_is_dropped_counted_and_goes_in_no_circles()
    {
        await using var cluster = new LaneCluster();
        var a = await cluster.Start("a");
        var b = await cluster.Start("b");
        Seat(a, b);
        a.Backends.Script = static _ => Unavailable;
        await a.Enqueue(0, "a", 1);
        await b.Grain(0, "b").Drain(TimeSpan.FromSeconds(1));

        var report = await a.Grain(0, "a").Drain(TimeSpan.FromSeconds(1));

        Assert.Equal(new DrainReport(0, "0:1", 1, 1), report);
        Assert.Equal(1, a.Metrics.Sum("orleanslb_dropped_items", "reason=shutdown"));
        Assert.Equal(EnqueueStatus.Stopping, (await b.Enqueue(0, "a", 2)).Status);
        Assert.Equal(EnqueueStatus.Stopping, (await a.Grain(0, "a").GrantCredit(new CreditRequest { Router = "router" })).Refusal?.Status);
    }

    [Fact]
    public async Task Who_waits_for_the_result_hears_that_it_was_not_sent()
    {
        await using var cluster = new LaneCluster(static options => options with { Queue = new QueueOptions { Consumers = 1, WaitForResult = true } });
        var a = await cluster.Start("a");
        var b = await cluster.Start("b");
        Seat(a, b);
        a.Backends.Script = static _ => Unavailable;
        var waiting = new[] { b.Enqueue(0, "a", new EnqueueTerms { Patience = TimeSpan.FromSeconds(20) }, 1), b.Enqueue(0, "a", new EnqueueTerms { Patience = TimeSpan.FromSeconds(20) }, 2) };
        await a.Backends.Next();
        await Eventually.Holds(() => a.Metrics.Gauge("otelcol_exporter_queue_size").Values.Sum() == 2);

        await a.Grain(0, "a").Drain(TimeSpan.FromSeconds(10));

        Assert.All(await Task.WhenAll(waiting), static outcome => Assert.Equal(EnqueueStatus.Stopping, outcome.Status));
        Assert.Equal(EnqueueStatus.Accepted, (await b.Enqueue(0, "a", new EnqueueTerms { Patience = TimeSpan.FromSeconds(20) }, 3)).Status);
        Assert.Equal([3], Assert.Single(b.Backends.Taken).Traces);
    }

    [Fact]
    public async Task An_activation_that_ends_while_its_silo_lives_leaves_everything_to_the_next_one()
    {
        await using var cluster = new LaneCluster(static options => options with { Queue = new QueueOptions { Consumers = 2 } });
        var a = await cluster.Start("a");
        var b = await cluster.Start("b");
        Seat(a, b);
        a.Backends.Script = static _ => Unavailable;
        for (int part = 0; part < 20; part++)
            await b.Enqueue(0, "a", part);
        await a.Backends.Next();
        a.Backends.Script = static _ => ExportOutcome.Delivered.Instance;

        await b.Grain(0, "a").AsReference<IGrainManagementExtension>().DeactivateOnIdle();

        await Delivers(a, 20);
        Assert.True(a.Metrics.Sum("orleanslb_exporter_passed_on_items") > 0);
        Assert.Equal(0, a.Metrics.Sum("orleanslb_dropped_items"));
        Assert.Empty(b.Backends.Taken);
    }

    private static void Seat(params LaneSilo[] silos)
    {
        foreach (var silo in silos)
            silo.Tables.Seat((0, "0:1"), (1, "1:1"), (2, "2:1"), (3, "3:1"));
    }

    // every part once
    private static async Task Delivers(LaneSilo silo, int parts)
    {
        try
        {
            await Eventually.Holds(() => silo.Backends.Taken.Sum(static attempt => attempt.Traces.Length) >= parts);
        }
        catch (OperationCanceledException)
        {
            int[] missing = [.. Enumerable.Range(0, parts).Except(silo.Backends.Taken.SelectMany(static attempt => attempt.Traces))];
            Assert.Fail($"missing: {string.Join(' ', missing)}; {string.Join('\n', silo.Log.TakeLast(20))}");
        }

        Assert.Equal(Enumerable.Range(0, parts), silo.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
    }
}
