using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.Queueing;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Exporting;

/// <summary>Room that queues promise to routers, so that a request is accepted whole or refused whole.</summary>
public sealed class CreditTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task An_empty_queue_promises_half_of_its_room_and_the_rest_to_who_needs_it()
    {
        await using var host = await Start(size: 8);

        Assert.Equal(4, (await Ask(host, "one")).Room);
        Assert.Equal(4, (await Ask(host, "one", least: 4)).Room);
        var none = Ask(host, "one", least: 1, patience: Patience);
        await host.BackingOff(Patience);
        host.Time.Advance(Patience);
        Assert.Equal(0, (await none).Room);
    }

    [Fact]
    public async Task What_is_promised_is_nobody_elses()
    {
        await using var host = await Start(size: 4);
        host.Backends.Script = static _ => null;
        await Ask(host, "one", least: 3);

        Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(1)).Status);
        Assert.Equal(EnqueueStatus.QueueFull, (await host.Enqueue(2)).Status);
        for (int trace = 3; trace < 6; trace++)
            Assert.Equal(EnqueueStatus.Accepted, (await Enqueue(host, "one", trace)).Status);
        Assert.Equal(EnqueueStatus.QueueFull, (await host.Enqueue(6)).Status);
    }

    [Fact]
    public async Task A_part_that_is_paid_for_is_taken_in_by_an_activation_that_knows_nothing_of_it()
    {
        await using var host = await Start(size: 1);
        host.Backends.Script = static _ => null;
        Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(1)).Status);
        Assert.Equal(EnqueueStatus.Accepted, (await Enqueue(host, "stranger", 2)).Status);
        Assert.Equal(EnqueueStatus.QueueFull, (await host.Enqueue(3)).Status);
    }

    [Fact]
    public async Task Who_waits_for_room_gets_it_as_soon_as_a_part_is_done_and_hears_how_fast_that_goes()
    {
        await using var host = await Start(size: 1);
        host.Backends.Script = static _ => null;
        await Ask(host, "one", least: 1);
        await Enqueue(host, "one", 1);
        var attempt = await host.Backends.Next();

        var waits = Ask(host, "one", least: 1, patience: Patience);
        await host.BackingOff(Patience);
        host.Time.Advance(Patience / 2);
        Assert.False(waits.IsCompleted);
        attempt.Deliver();

        var grant = await waits;
        Assert.Equal(1, grant.Room);
        Assert.Equal(2, grant.DrainRate, 1);
    }

    [Fact]
    public async Task Of_several_routers_none_gets_more_than_its_part_and_none_goes_without()
    {
        await using var host = await Start(size: 12);
        long[] held = new long[3];
        for (int round = 0; round < 20; round++)
        {
            for (int router = 0; router < held.Length; router++)
                held[router] += (await Ask(host, $"router {router}", holdsNone: round == 0)).Room;
        }

        Assert.All(held, static room => Assert.InRange(room, 1, 6));
        Assert.InRange(held.Sum(), 10, 12);
    }

    [Fact]
    public async Task Of_two_routers_that_wait_the_one_that_came_first_gets_the_room_that_becomes_free()
    {
        await using var host = await Start(size: 1);
        host.Backends.Script = static _ => null;
        await Ask(host, "one", least: 1);
        await Enqueue(host, "one", 1);
        var attempt = await host.Backends.Next();
        var first = Ask(host, "one", least: 1, patience: Patience);
        await host.BackingOff(Patience);
        var second = Ask(host, "two", least: 1, patience: Patience);
        attempt.Deliver();

        Assert.Equal(1, (await first).Room);
        host.Time.Advance(Patience);
        Assert.Equal(0, (await second).Room);
    }

    [Fact]
    public async Task What_a_silent_router_holds_goes_to_others_after_a_while()
    {
        await using var host = await Start(size: 4);
        Assert.Equal(4, (await Ask(host, "gone", least: 4)).Room);
        host.Time.Advance(CreditLedger.Lease);
        Assert.Equal(4, (await Ask(host, "here", least: 4)).Room);
    }

    [Fact]
    public async Task What_was_spent_in_vain_comes_back()
    {
        await using var host = await Start(size: 4);
        await Ask(host, "one", least: 4);
        Assert.Equal(1, (await host.Grain().GrantCredit(new CreditRequest { Router = "one", Lost = 2 })).Room);
        Assert.Equal(4, (await Ask(host, "one", least: 4, holdsNone: true)).Room);
    }

    [Fact]
    public async Task A_queue_that_stops_says_so_and_promises_nothing()
    {
        await using var host = await Start(size: 4);
        await host.Grain().Drain(TimeSpan.FromSeconds(1));
        var grant = await Ask(host, "one", least: 1, patience: Patience);
        Assert.Equal((0, EnqueueStatus.Stopping), (grant.Room, grant.Refusal?.Status));
    }

    [Fact]
    public async Task What_another_queue_has_accepted_is_taken_in_full_or_not()
    {
        await using var host = await Start(size: 1);
        host.Backends.Script = static _ => null;
        await host.Enqueue(1);
        var part = TraceRequest.Of(host.Pool, 2);
        Assert.Equal(EnqueueStatus.Accepted, (await host.Grain().Enqueue(part, EnqueueTerms.AcceptedElsewhere)).Status);
        part.Payload.Release();
    }

    [Fact]
    public async Task A_sending_queue_promises_room_as_well()
    {
        await using var host = await GrainHost.Start(static options => options with { SendingQueue = new QueueOptions { Size = 8 } });
        var grant = await host.SendingQueue().GrantCredit(new CreditRequest { Router = "one", HoldsNone = true, Least = 8 });
        Assert.Equal(8, grant.Room);
    }

    [Fact]
    public void The_rate_counts_only_the_time_in_which_there_was_something_to_do()
    {
        var time = new FakeTime();
        var rate = new DrainRate(time);
        for (int second = 0; second < 20; second++)
        {
            rate.Begin();
            time.Advance(TimeSpan.FromSeconds(1));
            rate.Freed(50);
            time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(50, rate.PerSecond, 0);
        rate.Begin();
        time.Advance(TimeSpan.FromSeconds(30));
        rate.Pass();
        Assert.InRange(rate.PerSecond, 0, 1);
    }

    private static Task<GrainHost> Start(long size) => GrainHost.Start(options => options with { Queue = new QueueOptions { Size = size, Consumers = 1 } });

    private static Task<CreditGrant> Ask(GrainHost host, string router, long least = 0, TimeSpan patience = default, bool holdsNone = false) =>
        host.Grain().GrantCredit(new CreditRequest { Router = router, Least = least, Patience = patience, HoldsNone = holdsNone });

    private static async Task<EnqueueOutcome> Enqueue(GrainHost host, string router, int trace)
    {
        var part = TraceRequest.Of(host.Pool, trace);
        try
        {
            return await host.Grain().Enqueue(part, new EnqueueTerms { Router = router });
        }
        finally
        {
            part.Payload.Release();
        }
    }
}
