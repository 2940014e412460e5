using System.Diagnostics;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.StoredQueues;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Grains.Tests.Exporting;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Lanes;

[Collection(nameof(LaneCluster))]
public sealed class LaneTakeoverTests
{
    private static readonly ExportOutcome Unavailable = new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "later");

    [Fact]
    public async Task Stored_lanes_of_a_dead_silo_are_delivered_and_folded_up_within_ten_seconds()
    {
        var store = new MortalStore();
        await using var cluster = new LaneCluster(Stored, store);
        var a = await cluster.Start("a");
        var b = await cluster.Start("b");
        var c = await cluster.Start("c");
        Seat(a, b, c);
        a.Backends.Script = static _ => Unavailable;
        for (int part = 0; part < 40; part++)
            Assert.Equal(EnqueueStatus.Accepted, (await a.Enqueue(part % 4, "a", part)).Status);

        long began = Stopwatch.GetTimestamp();
        await a.Kill();
        await Eventually.Holds(() => Taken(b, c).Length >= 40);
        await Eventually.Holds(() => b.Active.Keys.Count == 0 && c.Active.Keys.Count == 0 && store.Names.Count == 0);

        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10), $"{Stopwatch.GetElapsedTime(began)}");
        Assert.Equal(Enumerable.Range(0, 40), Taken(b, c).Order());
    }

    [Fact]
    public async Task Stored_lanes_of_a_silo_that_stops_are_delivered_by_the_others()
    {
        var store = new MortalStore();
        await using var cluster = new LaneCluster(Stored, store);
        var a = await cluster.Start("a");
        var b = await cluster.Start("b");
        Seat(a, b);
        a.Backends.Script = static _ => Unavailable;
        for (int part = 0; part < 40; part++)
            await a.Enqueue(part % 4, "a", part);

        long began = Stopwatch.GetTimestamp();
        await a.Stop();
        await Eventually.Holds(() => Taken(b).Length >= 40);

        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10), $"{Stopwatch.GetElapsedTime(began)}");
        Assert.Equal(Enumerable.Range(0, 40), Taken(b).Order());
        Assert.Equal(0, a.Metrics.Sum("orleanslb_dropped_items"));
    }

    [Fact]
    public async Task A_silo_that_starts_takes_no_lane_from_a_living_one()
    {
        await using var cluster = new LaneCluster(Stored, new MortalStore());
        var a = await cluster.Start("a");
        Seat(a);
        a.Backends.Script = static _ => Unavailable;
        await a.Enqueue(0, "a", 1);

        var b = await cluster.Start("b");
        Seat(b);
        await b.Grains.GetGrain<IQueueIndexGrain>(GrainHost.Component).WakeAll();

        Assert.True(a.Hosts(0, "a"));
        Assert.False(b.Hosts(0, "a"));
        Assert.Empty(b.Backends.Taken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_silo_that_comes_back_gets_its_lane_back_with_what_waits_in_it(bool isStored)
    {
        await using var cluster = isStored ? new LaneCluster(Stored, new MortalStore()) : new LaneCluster();
        var b = await cluster.Start("b");
        Seat(b);
        b.Backends.Script = static _ => Unavailable;
        for (int part = 0; part < 20; part++)
            Assert.Equal(EnqueueStatus.Accepted, (await b.Enqueue(part % 4, "a", part)).Status);
        Assert.True(b.Hosts(0, "a"));

        var a = await cluster.Start("a");
        Seat(a);

        await Eventually.Holds(() => Taken(a).Length >= 20);
        Assert.Equal(Enumerable.Range(0, 20), Taken(a).Order());
        Assert.Empty(b.Active.Keys);
        Assert.Equal(0, b.Metrics.Sum("orleanslb_dropped_items"));
        Assert.Equal(EnqueueStatus.Accepted, (await b.Enqueue(0, "a", 20)).Status);
        await Eventually.Holds(() => Taken(a).Contains(20));
    }

    [Fact]
    public async Task A_silo_that_was_taken_for_dead_stores_nothing_over_its_successor_and_says_so()
    {
        // two clusters that know nothing of each other stand for the silo and those that took it for dead
        var store = new MortalStore();
        await using var before = new LaneCluster(Stored, store);
        await using var after = new LaneCluster(Stored, store) { ClusterId = "after" };
        var zombie = await before.Start("a");
        Seat(zombie);
        zombie.Backends.Script = static _ => Unavailable;
        for (int part = 0; part < 10; part++)
            await zombie.Enqueue(0, "a", part);

        var successor = await after.Start("b");
        Seat(successor);
        await Eventually.Holds(() => Taken(successor).Length >= 10);
        successor.Backends.Script = static _ => Unavailable;
        Assert.Equal(EnqueueStatus.Accepted, (await successor.Enqueue(0, "a", 10)).Status);
        var late = await zombie.Enqueue(0, "a", 11);

        Assert.Equal(EnqueueStatus.NotStored, late.Status);
        await Eventually.Holds(() => zombie.Log.Any(static line => line.Contains("was taken over by another silo", StringComparison.Ordinal)));
        await successor.Kill();
        var third = await after.Start("c");
        Seat(third);
        await Eventually.Holds(() => Taken(third).Length > 0);
        Assert.Equal([10], Taken(third));
    }

    [Fact]
    public async Task The_queues_of_two_lanes_in_one_process_are_two_series()
    {
        await using var cluster = new LaneCluster();
        var b = await cluster.Start("b");
        Seat(b);
        b.Backends.Script = static _ => Unavailable;
        await b.Enqueue(0, "a", 1);
        await b.Enqueue(0, "b", 2, 3);

        var series = b.Metrics.Gauge("otelcol_exporter_queue_size");

        Assert.Equal(2, series.Count);
        Assert.Single(series, static entry => entry.Key.Contains("lane=a,", StringComparison.Ordinal));
        Assert.Single(series, static entry => entry.Key.Contains("lane=b,", StringComparison.Ordinal));
    }

    private static LoadBalancingOptions Stored(LoadBalancingOptions options) =>
        options with { Queue = new QueueOptions { Storage = "store", StoreAfter = TimeSpan.Zero, Consumers = 2 } };

    private static int[] Taken(params LaneSilo[] silos) => [.. silos.SelectMany(static silo => silo.Backends.Taken).SelectMany(static attempt => attempt.Traces)];

    private static void Seat(params LaneSilo[] silos)
    {
        foreach (var silo in silos)
            silo.Tables.Seat((0, "0:1"), (1, "1:1"), (2, "2:1"), (3, "3:1"));
    }
}
