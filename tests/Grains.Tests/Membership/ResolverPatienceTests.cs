using System.Net.Sockets;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Membership.Resolving;
using OrleansLb.Grains.Options;
using OrleansLb.Testing;
using static OrleansLb.Grains.Tests.Membership.ResolverGrainHost;

namespace OrleansLb.Grains.Tests.Membership;

/// <summary>debounce, replacement_window and stale_grace in the resolver grain.</summary>
public sealed class ResolverPatienceTests
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Debounce = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task The_first_answer_counts_at_once_and_a_change_after_one_more_look_at_the_end_of_the_debounce()
    {
        await using var host = await Start(new() { Debounce = Debounce, ReplacementWindow = TimeSpan.Zero }, "10.0.0.1");
        Assert.Equal(1, (await host.Snapshot()).Epoch);
        var poll = host.Grain.GetSnapshot(1, Poll);
        await InTime(host.Time.TimerArmed(Poll));

        host.Lookup.Answer("10.0.0.1", "10.0.0.2");
        await host.ResolveAgain();
        await InTime(host.Time.TimerArmed(Debounce));
        Assert.Equal(1, (await host.Snapshot()).Epoch);
        host.Lookup.Answer("10.0.0.1", "10.0.0.2", "10.0.0.3");
        host.Time.Advance(Debounce);

        var snapshot = await InTime(poll);
        Assert.Equal((2, 3), (snapshot.Epoch, snapshot.Slots.Length));
    }

    [Fact]
    public async Task A_change_that_is_taken_back_within_the_debounce_makes_no_table()
    {
        var storage = new ScriptedStorage();
        await using var host = await Start(new() { Debounce = Debounce }, storage, null, "10.0.0.1", "10.0.0.2");
        var first = await host.Snapshot();
        host.Lookup.Answer("10.0.0.1");
        await host.ResolveAgain();
        await InTime(host.Time.TimerArmed(Debounce));
        host.Lookup.Answer("10.0.0.1", "10.0.0.2");
        int asked = host.Lookup.Asked;
        host.Time.Advance(Debounce);
        await Eventually.Holds(() => host.Lookup.Asked > asked);
        for (int i = 0; i < 3; i++)
            await host.ResolveOnce();

        Assert.Same(first, await host.Snapshot());
        Assert.Equal(1, storage.Writes);
    }

    [Fact]
    public async Task A_change_that_cannot_be_confirmed_counts_all_the_same()
    {
        await using var host = await Start(new() { Debounce = Debounce }, "10.0.0.1");
        await host.Snapshot();
        var poll = host.Grain.GetSnapshot(1, Poll);
        await InTime(host.Time.TimerArmed(Poll));
        host.Lookup.Answer("10.0.0.1", "10.0.0.2");
        await host.ResolveAgain();
        await InTime(host.Time.TimerArmed(Debounce));
        host.Lookup.Fail(new SocketException((int)SocketError.TryAgain));
        host.Time.Advance(Debounce);
        Assert.Equal(2, (await InTime(poll)).Slots.Length);
    }

    [Fact]
    public async Task An_old_and_a_new_address_of_different_answers_are_a_replacement_within_the_window()
    {
        await using var host = await Start(new() { Debounce = TimeSpan.Zero, Replicas = ReplicaMode.Alone, ReplacementWindow = Window }, "10.0.0.1", "10.0.0.2");
        var before = await host.Snapshot();
        host.Lookup.Answer("10.0.0.2");
        await host.ResolveAgain();
        var held = await host.Snapshot();
        Assert.Equal("10.0.0.1:4317", Assert.Single(held.Held).Backend);
        Assert.True(before.Partitions.SequenceEqual(held.Partitions));

        host.Lookup.Answer("10.0.0.2", "10.0.0.3");
        await host.ResolveAgain();
        var after = await host.Snapshot();
        Assert.Equal([new(0, "10.0.0.3:4317", 1), new(1, "10.0.0.2:4317", 1)], after.Slots.ToArray());
        Assert.Empty(after.Held);
        Assert.True(before.Partitions.SequenceEqual(after.Partitions));
        Assert.Equal([1, 2, 3], new[] { before.Epoch, held.Epoch, after.Epoch });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_seat_that_nobody_takes_is_dealt_out_when_its_window_ends_whether_or_not_the_resolver_answers(bool fails)
    {
        await using var host = await Start(new() { Debounce = TimeSpan.Zero, Replicas = ReplicaMode.Alone, ReplacementWindow = Window }, "10.0.0.1", "10.0.0.2");
        await host.Snapshot();
        host.Lookup.Answer("10.0.0.2");
        await host.ResolveAgain();
        Assert.Single((await host.Snapshot()).Held);
        if (fails)
            host.Lookup.Answer();
        var poll = host.Grain.GetSnapshot(2, Poll);
        await InTime(host.Time.TimerArmed(Poll));
        await host.ResolveAgain();
        await host.ResolveAgain();
        await InTime(host.Time.TimerArmed(TimeSpan.FromSeconds(2)));
        Assert.False(poll.IsCompleted);
        host.Time.Advance(TimeSpan.FromSeconds(2));

        var dealt = await InTime(poll);
        Assert.Equal(3, dealt.Epoch);
        Assert.Empty(dealt.Held);
        Assert.All(dealt.Partitions, static slot => Assert.Equal(1, slot));
    }

    [Fact]
    public async Task A_window_goes_on_over_a_restart()
    {
        var storage = new ScriptedStorage();
        var options = new MembershipOptions { Debounce = TimeSpan.Zero, Replicas = ReplicaMode.Alone, ReplacementWindow = Window };
        var time = new FakeTime();
        await using (var host = await Start(options, storage, time, "10.0.0.1", "10.0.0.2"))
        {
            await host.Snapshot();
            host.Lookup.Answer("10.0.0.2");
            await host.ResolveAgain();
            Assert.Single((await host.Snapshot()).Held);
        }

        await using (var again = await Start(options, storage, time, "10.0.0.2"))
            Assert.Single((await again.Snapshot()).Held);
        time.Advance(Window);
        await using var late = await Start(options, storage, time);
        Assert.Empty((await late.Snapshot()).Held);
    }

    [Fact]
    public async Task Without_a_queue_or_with_a_list_that_cannot_change_no_seat_is_kept()
    {
        var storage = new ScriptedStorage();
        await using (var host = await StartAsync(Options(new() { Debounce = TimeSpan.Zero, Replicas = ReplicaMode.Alone }) with { Queue = new QueueOptions { Enabled = false } }, storage, addresses: ["10.0.0.1", "10.0.0.2"]))
        {
            await host.Snapshot();
            host.Lookup.Answer("10.0.0.2");
            await host.ResolveAgain();
            Assert.Empty((await host.Snapshot()).Held);
        }

        await using var fixedList = await StartAsync(Options(new() { Replicas = ReplicaMode.Alone }) with { Resolver = new ResolverOptions.Static(["a"]) }, storage);
        var snapshot = await fixedList.Snapshot();
        Assert.Equal("a", Assert.Single(snapshot.Slots).Backend);
        Assert.Empty(snapshot.Held);
    }

    [Fact]
    public async Task A_list_that_is_older_than_the_grace_is_used_no_more_until_the_first_good_answer()
    {
        await using var host = await Start(new() { StaleGrace = TimeSpan.FromSeconds(8) }, "10.0.0.1", "10.0.0.2");
        var before = await host.Snapshot();
        host.Lookup.Answer();
        await host.ResolveAgain();
        Assert.Same(before, await host.Snapshot());
        await InTime(host.Time.TimerArmed(TimeSpan.FromSeconds(8)));
        var poll = host.Grain.GetSnapshot(1, Poll);
        await InTime(host.Time.TimerArmed(Poll));
        await host.ResolveAgain();
        Assert.False(poll.IsCompleted);
        host.Time.Advance(TimeSpan.FromSeconds(3));
        var lapsed = await InTime(poll);
        Assert.Equal((2, true, 0), (lapsed.Epoch, lapsed.Lapsed, lapsed.Slots.Length));
        Assert.Single(host.Logs.Containing("its last list is not used any more"));
        Assert.Contains(host.Measurements, static m => m.StartsWith("otelcol_loadbalancer_num_backends{", StringComparison.Ordinal) && m.EndsWith(" 0", StringComparison.Ordinal));

        host.Lookup.Answer("10.0.0.2", "10.0.0.1");
        var next = host.Grain.GetSnapshot(2, Poll);
        await InTime(host.Time.TimerArmed(Poll));
        await host.ResolveOnce();
        var back = await InTime(next);
        Assert.Equal(3, back.Epoch);
        Assert.Equal(before.Slots.ToArray(), back.Slots.ToArray());
        Assert.True(before.Partitions.SequenceEqual(back.Partitions));
    }

    [Fact]
    public async Task A_lapsed_list_is_used_again_after_a_restart_under_a_new_epoch()
    {
        var storage = new ScriptedStorage();
        var options = new MembershipOptions { StaleGrace = TimeSpan.FromSeconds(3) };
        await using (var host = await Start(options, storage, null, "10.0.0.1"))
        {
            await host.Snapshot();
            host.Lookup.Answer();
            await host.ResolveAgain();
            var poll = host.Grain.GetSnapshot(1, Poll);
            await InTime(host.Time.TimerArmed(Poll));
            await InTime(host.Time.TimerArmed(TimeSpan.FromSeconds(3)));
            host.Time.Advance(TimeSpan.FromSeconds(3));
            Assert.True((await InTime(poll)).Lapsed);
        }

        await using var again = await Start(options, storage, null);
        var snapshot = await again.Snapshot();
        Assert.Equal((3, false), (snapshot.Epoch, snapshot.Lapsed));
        Assert.Single(snapshot.Slots);
    }

    [Fact]
    public async Task A_resolver_that_hangs_keeps_nobody_from_the_table_that_there_is()
    {
        await using var host = await Start(new(), "10.0.0.1");
        var before = await host.Snapshot();
        await host.Feed.StartAsync(default);
        await host.Feed.NewerThan(ComponentId, 0, default).WaitAsync(TimeSpan.FromSeconds(60));
        host.Lookup.Hang();
        await InTime(host.Time.TimerArmed(Interval));
        host.Time.Advance(Interval);
        await InTime(host.Time.TimerArmed(LookupTimeout / RunningTimeout.Steps));

        Assert.Same(before, await host.Snapshot());
        Assert.Equal(1, host.Feed.Current(ComponentId).Epoch);
        host.Time.Advance(LookupTimeout);
        host.Lifetime.StopApplication();
        await InTime(host.Feed.StopAsync(default));
    }

    private static LoadBalancingOptions Options(MembershipOptions membership) => new()
    {
        ComponentId = ComponentId,
        Resolver = new ResolverOptions.Dns("backends.test") { Interval = Interval, Timeout = LookupTimeout },
        Membership = membership,
    };

    private static Task<ResolverGrainHost> Start(MembershipOptions membership, params string[] addresses) => Start(membership, new ScriptedStorage(), null, addresses);

    private static Task<ResolverGrainHost> Start(MembershipOptions membership, ScriptedStorage storage, FakeTime? time, params string[] addresses) =>
        StartAsync(Options(membership), storage, time, addresses);
}
