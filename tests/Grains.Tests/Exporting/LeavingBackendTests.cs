using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Grains.Tests.Exporting;

/// <summary>What becomes of queues and of sends under way while a vacant seat is kept for a replacement.</summary>
public sealed class LeavingBackendTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ExportOutcome Unavailable = new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "gone");
    private MembershipState _members = MembershipState.Empty with { Epoch = 1 };

    [Fact]
    public async Task What_comes_for_a_vacant_seat_waits_there_for_the_replacement()
    {
        await using var host = await GrainHost.Start();
        Members(host, 0, "a:1", "b:1");
        host.Backends.Script = static attempt => attempt.Endpoint == "a:1" ? Unavailable : ExportOutcome.Delivered.Instance;
        await host.Enqueue(1);
        await host.Backends.Next();

        Members(host, 1, "b:1");
        Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(2)).Status);
        Assert.Empty(host.Backends.Taken);
        Members(host, 5, "b:1", "c:1");

        await host.Emptied();
        Assert.Equal([1, 2], host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        Assert.All(host.Backends.Taken, static attempt => Assert.Equal("c:1", attempt.Endpoint));
    }

    [Fact]
    public async Task A_vacant_seats_full_queue_refuses()
    {
        await using var host = await GrainHost.Start(static options => options with { Queue = new QueueOptions { Size = 1 } });
        Members(host, 0, "a:1", "b:1");
        Members(host, 1, "b:1");
        Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(1)).Status);
        Assert.Equal(EnqueueStatus.QueueFull, (await host.Enqueue(2)).Status);
        Members(host, 20, "b:1");
        await host.Emptied();
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(2, 2)]
    [InlineData(0, 5)]
    [InlineData(10, 5, ReplicaMode.Several)]
    public async Task A_leaver_that_swallows_everything_holds_its_parts_for_the_window_only(
        int windowSeconds, int graceSeconds, ReplicaMode replicas = ReplicaMode.Alone)
    {
        await using var host = await GrainHost.Start(options => options with
        {
            Timeout = TimeSpan.Zero,
            Queue = new QueueOptions { Consumers = 2 },
            Membership = new MembershipOptions { Replicas = replicas, ReplacementWindow = TimeSpan.FromSeconds(windowSeconds) },
        });
        host.Tables.Seat((0, "a:1"), (1, "b:1"));
        host.Backends.Script = static attempt => attempt.Endpoint == "a:1" ? null : ExportOutcome.Delivered.Instance;
        for (int trace = 1; trace <= 6; trace++)
            await host.Enqueue(trace);
        await host.Backends.Next();
        await host.Backends.Next();

        host.Tables.Seat((1, "b:1"));
        await host.BackingOff(TimeSpan.FromSeconds(graceSeconds));
        Assert.Empty(host.Backends.Taken);
        host.Time.Advance(TimeSpan.FromSeconds(graceSeconds));

        await host.Emptied();
        Assert.Equal([1, 2, 3, 4, 5, 6], host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        Assert.All(host.Backends.Taken, static attempt => Assert.Equal("b:1", attempt.Endpoint));
    }

    [Fact]
    public async Task A_send_that_is_answered_within_the_window_is_not_repeated()
    {
        await using var host = await GrainHost.Start(static options => options with { Membership = new MembershipOptions { Replicas = ReplicaMode.Alone } });
        Members(host, 0, "a:1", "b:1");
        host.Backends.Script = static _ => null;
        await host.Enqueue(1);
        var attempt = await host.Backends.Next();
        Members(host, 1, "b:1");
        await host.BackingOff(Window);
        attempt.Deliver();
        await host.Emptied();
        Assert.Equal("a:1", Assert.Single(host.Backends.Taken).Endpoint);
    }

    [Fact]
    public async Task Random_joins_leaves_and_windows_lose_and_repeat_nothing()
    {
        int seed = TestSeed.Choose(output.WriteLine);
        var random = new Random(seed);
        await using var host = await GrainHost.Start(static options => options with { Queue = new QueueOptions { Consumers = 3 } });
        var alive = new List<string> { "a:1", "b:1" };
        Members(host, 0, [.. alive]);
        host.Backends.Script = attempt => alive.Contains(attempt.Endpoint) ? ExportOutcome.Delivered.Instance : Unavailable;
        int traces = 0;
        double now = 0;
        for (int step = 0; step < 60; step++)
        {
            var next = new List<string>(alive);
            if (next.Count > 1 && random.Next(2) == 0)
                next.RemoveAt(random.Next(next.Count));
            if (random.Next(2) == 0)
                next.Add($"n{step}:1");
            alive = next;
            now += random.Next(13);
            Members(host, now, [.. alive]);
            for (int i = 0; i < 3; i++)
            {
                int trace = ++traces;
                int slot = host.Tables.Newest.SlotOf(TraceRequest.TraceId(trace));
                Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(slot, TimeSpan.Zero, trace)).Status);
            }
        }

        Members(host, now + 60, [.. alive]);
        await Eventually.Holds(() =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
            return host.Metrics.Gauge("otelcol_exporter_queue_size").Values.Sum() == 0;
        });
        Assert.Equal(Enumerable.Range(1, traces), host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        Assert.Equal(0, host.Metrics.Sum("orleanslb_dropped_items"));
    }

    private void Members(GrainHost host, double seconds, params string[] backends)
    {
        _members = _members.Apply(backends.Select(Backend.FromString), RingKind.Partitions, ReplicaMode.Alone, Start.AddSeconds(seconds), Window);
        host.Tables.Publish(_members);
    }
}
