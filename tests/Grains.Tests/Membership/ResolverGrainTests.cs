using System.Net.Sockets;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Membership.Resolving;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using static OrleansLb.Grains.Tests.Membership.ResolverGrainHost;

namespace OrleansLb.Grains.Tests.Membership;

public sealed class ResolverGrainTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_static_list_is_seated_by_the_time_of_the_first_answer()
    {
        await using var host = await StartAsync(new ResolverOptions.Static(["b", "a", "b"]));
        var snapshot = await InTime(host.Grain.GetSnapshot(0, Patience));

        Assert.Equal(1, snapshot.Epoch);
        Assert.Equal([new(0, "a", 1), new(1, "b", 1)], snapshot.Slots.ToArray());
        Assert.Equal(Partitioning.Count, snapshot.Partitions.Length);
        Assert.False(RoutingTable.From(snapshot, RingKind.Partitions).IsEmpty);
    }

    [Fact]
    public async Task Who_finds_nobody_is_told_why_and_the_reason_goes_with_the_failure()
    {
        await using var host = await StartAsync();
        host.Lookup.Fail(new SocketException((int)SocketError.HostNotFound));
        var snapshot = await host.Snapshot();
        Assert.Equal(0, snapshot.Epoch);
        Assert.StartsWith("looking up backends.test: ", snapshot.Failure, StringComparison.Ordinal);

        host.Lookup.Answer("10.0.0.1");
        await host.ResolveAgain();
        snapshot = await host.Snapshot();
        Assert.Equal((1, null), (snapshot.Epoch, snapshot.Failure));
    }

    [Theory]
    [InlineData(RingKind.Collector)]
    [InlineData(RingKind.Collector36000)]
    public async Task The_Collectors_rings_need_the_seats_only_and_weigh_duplicates_double(RingKind ring)
    {
        await using var host = await StartAsync(new ResolverOptions.Static(["b", "a", "b"]), ring);
        var snapshot = await host.Snapshot();
        Assert.Equal([new(0, "a", 1), new(1, "b", 1), new(2, "b", 1)], snapshot.Slots.ToArray());
        Assert.Empty(snapshot.Partitions);
    }

    [Fact]
    public async Task A_waiting_poll_hears_of_a_change_at_once()
    {
        await using var host = await StartAsync(addresses: ["10.0.0.1", "10.0.0.2"]);
        Assert.Equal(1, (await host.Snapshot()).Epoch);
        var poll = host.Grain.GetSnapshot(1, Patience);
        await InTime(host.Time.TimerArmed(Patience));

        host.Lookup.Answer("10.0.0.2", "10.0.0.3", "::1");
        await host.ResolveAgain();
        var snapshot = await InTime(poll);
        Assert.Equal(2, snapshot.Epoch);

        // .3 sorts before [::1] and takes the seat that .1 leaves
        Assert.Equal([new(0, "10.0.0.3:4317", 1), new(1, "10.0.0.2:4317", 1), new(2, "[::1]:4317", 2)], snapshot.Slots.ToArray());
    }

    [Fact]
    public async Task A_poll_without_news_ends_with_what_there_is_once_its_patience_has_passed()
    {
        await using var host = await StartAsync(new ResolverOptions.Static(["a"]));
        await host.Snapshot();
        var poll = host.Grain.GetSnapshot(1, Patience);
        await InTime(host.Time.TimerArmed(Patience));
        Assert.False(poll.IsCompleted);

        host.Time.Advance(Patience);
        Assert.Equal(1, (await InTime(poll)).Epoch);
    }

    [Fact]
    public async Task A_poll_ends_when_the_process_stops()
    {
        await using var host = await StartAsync(new ResolverOptions.Static(["a"]));
        await host.Snapshot();
        var poll = host.Grain.GetSnapshot(1, Patience);
        await InTime(host.Time.TimerArmed(Patience));

        host.Lifetime.StopApplication();
        Assert.Equal(1, (await InTime(poll)).Epoch);
    }

    [Fact]
    public async Task The_last_good_list_is_kept_over_errors_timeouts_and_empty_answers()
    {
        await using var host = await StartAsync(addresses: ["10.0.0.1", "10.0.0.1"]);
        var good = await host.Snapshot();

        host.Lookup.Fail(new SocketException((int)SocketError.HostNotFound));
        await host.ResolveAgain();
        host.Lookup.Answer();
        await host.ResolveAgain();
        host.Lookup.Hang();
        host.Time.Advance(Interval);
        await InTime(host.Time.TimerArmed(LookupTimeout / RunningTimeout.Steps));
        host.Time.Advance(LookupTimeout);
        await InTime(host.Time.TimerArmed(Interval));

        Assert.Equal(4, host.Lookup.Asked);
        Assert.Same(good, await host.Snapshot());
        Assert.Equal([new(0, "10.0.0.1:4317", 1)], good.Slots.ToArray());
    }

    [Fact]
    public async Task Nothing_is_resolved_at_first_and_found_later()
    {
        await using var host = await StartAsync();
        Assert.Equal(RoutingSnapshot.None with { Failure = "the answer holds no endpoints" }, await host.Snapshot());

        host.Lookup.Answer("10.0.0.1");
        await host.ResolveAgain();
        Assert.Equal(1, (await host.Snapshot()).Epoch);
    }

    [Fact]
    public async Task The_same_answer_in_another_order_changes_nothing()
    {
        var storage = new ScriptedStorage();
        await using var host = await StartAsync(storage: storage, addresses: ["10.0.0.1", "10.0.0.2"]);
        var first = await host.Snapshot();
        host.Lookup.Answer("10.0.0.2", "10.0.0.1");
        await host.ResolveAgain();

        Assert.Same(first, await host.Snapshot());
        Assert.Equal(1, storage.Writes);
    }

    [Fact]
    public async Task A_restart_goes_on_with_the_stored_seats_and_epoch()
    {
        var storage = new ScriptedStorage();
        await using (var host = await StartAsync(storage: storage, addresses: ["10.0.0.1", "10.0.0.2", "10.0.0.3"]))
        {
            await host.Snapshot();
            host.Lookup.Answer("10.0.0.2", "10.0.0.3");
            await host.ResolveAgain();
            Assert.Equal(2, (await host.Snapshot()).Epoch);
        }

        await using (var unreachable = await StartAsync(storage: storage))
        {
            var kept = await unreachable.Snapshot();
            Assert.Equal(2, kept.Epoch);
            Assert.Equal([new(1, "10.0.0.2:4317", 1), new(2, "10.0.0.3:4317", 1)], kept.Slots.ToArray());
        }

        await using var replaced = await StartAsync(storage: storage, addresses: ["10.0.0.2", "10.0.0.9"]);
        var snapshot = await replaced.Snapshot();
        Assert.Equal(3, snapshot.Epoch);
        Assert.Equal([new(1, "10.0.0.2:4317", 1), new(2, "10.0.0.9:4317", 1)], snapshot.Slots.ToArray());
    }

    [Fact]
    public async Task A_name_that_keeps_failing_is_logged_once_and_so_is_its_recovery()
    {
        await using var host = await StartAsync(addresses: ["10.0.0.1"]);
        await host.Snapshot();
        host.Lookup.Answer();
        for (int i = 0; i < 3; i++)
            await host.ResolveAgain();
        Assert.Single(host.Logs.Containing("resolution failed"));

        host.Lookup.Answer("10.0.0.1");
        for (int i = 0; i < 2; i++)
            await host.ResolveAgain();
        Assert.Single(host.Logs.Containing("resolution succeeds again"));
    }

    [Fact]
    public async Task A_restart_with_another_ring_keeps_the_seats()
    {
        var storage = new ScriptedStorage();
        await using (var host = await StartAsync(ring: RingKind.Collector, storage: storage, addresses: ["10.0.0.1", "10.0.0.2"]))
            await host.Snapshot();

        await using var partitioned = await StartAsync(storage: storage);
        var snapshot = await partitioned.Snapshot();
        Assert.Equal(2, snapshot.Epoch);
        Assert.Equal([new(0, "10.0.0.1:4317", 1), new(1, "10.0.0.2:4317", 1)], snapshot.Slots.ToArray());
        Assert.Equal(Partitioning.Count, snapshot.Partitions.Length);
    }

    [Fact]
    public async Task A_table_that_cannot_be_stored_is_used_all_the_same_and_stored_later()
    {
        var storage = new ScriptedStorage { FailsWrites = true };
        await using var host = await StartAsync(storage: storage, addresses: ["10.0.0.1"]);
        Assert.Equal(1, (await host.Snapshot()).Epoch);
        Assert.Equal(0, storage.Writes);

        storage.FailsWrites = false;
        host.Lookup.Answer();
        await host.ResolveAgain();
        Assert.Equal(1, storage.Writes);
        Assert.Equal(1, (await host.Snapshot()).Epoch);
    }

    [Fact]
    public async Task An_activation_that_was_overtaken_ends_and_the_next_one_reads_what_is_stored()
    {
        var storage = new ScriptedStorage();
        await using var host = await StartAsync(storage: storage, addresses: ["10.0.0.1"]);
        await host.Snapshot();
        storage.Overtake();
        host.Lookup.Answer("10.0.0.1", "10.0.0.2");
        await InTime(host.Time.TimerArmed(Interval));
        host.Time.Advance(Interval);

        // the new activation resolves again and stores over the version that it has read
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        RoutingSnapshot snapshot;
        do
        {
            limit.Token.ThrowIfCancellationRequested();
            snapshot = await host.Snapshot();
            await Task.Yield();
        }
        while (snapshot.Epoch < 2);
        Assert.Equal(2, snapshot.Slots.Length);
        Assert.Equal(2, storage.Writes);
    }

    [Fact]
    public async Task After_its_store_was_lost_the_grain_goes_on_above_what_others_route_by()
    {
        var storage = new ScriptedStorage();
        await using var host = await StartAsync(new ResolverOptions.Static(["a", "b"]), storage: storage);
        await host.Snapshot();

        // time stands still: the next resolution comes at once
        Assert.Equal(8, (await InTime(host.Grain.GetSnapshot(7, Patience))).Epoch);
        Assert.Contains("\"Epoch\":8", Assert.Single(storage.Records), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_backends_than_the_ring_can_hold_are_a_failed_resolution()
    {
        Backend[] tooMany = [.. Enumerable.Range(0, Partitioning.Count + 1).Select(static i => new Backend($"backend-{i}"))];
        await using var host = await StartAsync(new ResolverOptions.Static(tooMany));
        Assert.Equal(RoutingSnapshot.None with { Failure = "16385 backends are more than the 16384 that the ring can hold" }, await host.Snapshot());
        Assert.Contains(host.Measurements, static m => m.EndsWith("success=false} 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Weights_reach_the_seats_the_log_and_the_store()
    {
        var storage = new ScriptedStorage();
        await using var host = await StartAsync(new ResolverOptions.Static([new("b", 3), "a"]), storage: storage);
        var snapshot = await host.Snapshot();
        Assert.Equal([new(0, "a", 1), new(1, "b", 1, 3)], snapshot.Slots.ToArray());
        Assert.Equal(Partitioning.Count / 4, snapshot.Partitions.Count(static slot => slot == 0));
        Assert.Single(host.Logs.Containing("2 backends: a, b;weight=3"));
        Assert.Contains("\"SetWeight\":3", Assert.Single(storage.Records), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backends_of_weight_zero_alone_are_a_failed_resolution()
    {
        await using var host = await StartAsync(new ResolverOptions.Static([new("a", 0)]));
        Assert.Equal(RoutingSnapshot.None with { Failure = "every backend has the weight 0" }, await host.Snapshot());
        Assert.Single(host.Logs.Containing("every backend has the weight 0"));
    }

    [Fact]
    public async Task Resolutions_backends_and_updates_are_counted_under_the_Collectors_names()
    {
        await using var host = await StartAsync(addresses: ["10.0.0.1", "10.0.0.2"]);
        await host.Snapshot();
        await host.ResolveAgain();
        host.Lookup.Answer();
        await host.ResolveAgain();
        host.Lookup.Answer("10.0.0.1");
        await host.ResolveAgain();

        const string tags = $"component_id={ComponentId},component_path=/,resolver=dns";
        Assert.Equal(
            [
                $"otelcol_loadbalancer_num_resolutions{{{tags},success=true}} 1",
                $"otelcol_loadbalancer_num_backend_updates{{{tags}}} 1",
                $"otelcol_loadbalancer_num_backends{{{tags}}} 2",
                $"otelcol_loadbalancer_num_resolutions{{{tags},success=true}} 1",
                $"otelcol_loadbalancer_num_resolutions{{{tags},success=false}} 1",
                $"otelcol_loadbalancer_num_resolutions{{{tags},success=true}} 1",
                $"otelcol_loadbalancer_num_backend_updates{{{tags}}} 1",
                $"otelcol_loadbalancer_num_backends{{{tags}}} 1",
            ],
            host.Measurements);
    }

    [Fact]
    public async Task The_feed_follows_the_grain()
    {
        await using var host = await StartAsync(addresses: ["10.0.0.1"]);
        await host.Feed.StartAsync(default);
        var first = await InTime(host.Feed.NewerThan(ComponentId, 0, default));
        Assert.Equal("10.0.0.1:4317", first.BackendOf(first.SlotOf("any"u8)));

        host.Lookup.Answer("10.0.0.2");
        await host.ResolveAgain();
        var second = await InTime(host.Feed.NewerThan(ComponentId, first.Epoch, default));
        Assert.Equal("10.0.0.2:4317", second.BackendOf(second.SlotOf("any"u8)));
        Assert.Same(second, host.Feed.Current(ComponentId));
        await InTime(host.Feed.StopAsync(default));
    }
}
