using OrleansLb.Grains.Exporting;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Testing;

namespace OrleansLb.Ingress.Tests.Pipeline;

/// <summary><c>retry_on_failure</c> at the top level.</summary>
public sealed partial class LoadBalancingConsumerTests
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(5);
    private static readonly EnqueueOutcome Failure = new() { Status = EnqueueStatus.Failed, Message = "Unavailable: gone" };

    [Fact]
    public async Task Only_the_part_that_nobody_took_is_offered_again()
    {
        int refusals = 2;
        _exporters.Answer = key => Task.FromResult(key.Slot == 1 && refusals-- > 0 ? EnqueueOutcome.QueueFull : EnqueueOutcome.Accepted);

        var answer = Consume(Retrying(), Request(TraceRequests.Of(TraceRequests.TraceIds(100))));
        await Pass(FirstDelay);
        Assert.False(answer.IsCompleted);
        await Pass(FirstDelay * 1.5);

        Assert.Equal(ConsumeResult.Accepted, await answer);
        Assert.Equal([0, 1, 1, 1, 2], _exporters.Calls.Select(static call => ExporterGrainKey.Parse(call.Key).Slot).Order());
        _pool.AssertClean();
    }

    [Fact]
    public async Task What_was_meant_for_a_backend_that_is_gone_goes_to_the_new_owners_and_every_trace_arrives_once()
    {
        var ids = TraceRequests.TraceIds(100).ToArray();
        _exporters.Answer = key => Task.FromResult(key.Slot == 0 ? Failure : EnqueueOutcome.Accepted);

        var answer = Consume(Retrying(), Request(TraceRequests.Of(ids)));
        await _time.TimerArmed(FirstDelay).WaitAsync(TimeSpan.FromSeconds(30));
        var former = _tables.Table;
        int before = _exporters.Calls.Count;
        _exporters.Answer = static _ => Task.FromResult(EnqueueOutcome.Accepted);
        _tables.Table = Table("x", "b", "c", "d");
        _time.Advance(FirstDelay);

        Assert.Equal(ConsumeResult.Accepted, await answer);
        byte[][] moved = [.. ids.Where(id => former.SlotOf(id) == 0)];
        Assert.Equal(moved.Select(id => _tables.Table.SlotOf(id)).Distinct().Order(), _exporters.Calls.Skip(before).Select(static call => ExporterGrainKey.Parse(call.Key).Slot).Order());
        foreach (var call in _exporters.Calls.Skip(before))
            Assert.Equal(TraceRequests.Of(moved.Where(id => _tables.Table.SlotOf(id) == ExporterGrainKey.Parse(call.Key).Slot)), call.Message);
        _pool.AssertClean();
    }

    [Fact]
    public async Task What_was_refused_for_good_is_not_offered_again_and_decides_the_answer_when_the_rest_is_taken()
    {
        int failures = 1;
        _exporters.Answer = key => Task.FromResult(key.Slot switch
        {
            0 => new EnqueueOutcome { Status = EnqueueStatus.Rejected, Message = "bad data" },
            1 when failures-- > 0 => Failure,
            _ => EnqueueOutcome.Accepted,
        });

        var answer = Consume(Retrying(), Request(TraceRequests.Of(TraceRequests.TraceIds(100))));
        await Pass(FirstDelay);

        Assert.Equal(new ConsumeResult(ConsumeStatus.Rejected, "bad data"), await answer);
        Assert.Equal([0, 1, 1, 2], _exporters.Calls.Select(static call => ExporterGrainKey.Parse(call.Key).Slot).Order());
        _pool.AssertClean();
    }

    [Fact]
    public async Task The_client_hears_of_the_failure_when_the_time_for_retries_is_over()
    {
        _exporters.Answer = static key => Task.FromResult(key.Slot == 1 ? Failure : EnqueueOutcome.Accepted);

        var answer = Consume(Retrying(TimeSpan.FromSeconds(8)), Request(TraceRequests.Of(TraceRequests.TraceIds(100))));
        await Pass(FirstDelay);

        Assert.Equal((ConsumeStatus.Unavailable, "Unavailable: gone"), ((await answer).Status, (await answer).Message));
        Assert.Equal(4, _exporters.Calls.Count);
        _pool.AssertClean();
    }

    [Fact]
    public async Task Nothing_is_tried_beyond_the_clients_patience()
    {
        _exporters.Answer = static _ => Task.FromResult(Failure);

        var result = await Consume(Retrying(), Request(TraceRequests.Of(TraceRequests.TraceIds(1))) with { Patience = TimeSpan.FromSeconds(4) });

        Assert.Equal(ConsumeStatus.Unavailable, result.Status);
        Assert.Equal(TimeSpan.FromSeconds(4), Assert.Single(_exporters.Calls).Patience);
        _pool.AssertClean();
    }

    [Fact]
    public async Task A_client_that_has_gone_ends_the_retries()
    {
        _exporters.Answer = static _ => Task.FromResult(Failure);
        using var gone = new CancellationTokenSource();
        var request = Request(TraceRequests.Of(TraceRequests.TraceIds(1)));

        var answer = Retrying().ConsumeAsync(request, gone.Token);
        await _time.TimerArmed(FirstDelay).WaitAsync(TimeSpan.FromSeconds(30));
        await gone.CancelAsync();

        Assert.Equal(ConsumeStatus.Cancelled, (await answer).Status);
        request.Payload.Release();
        _pool.AssertClean();
    }

    [Fact]
    public async Task Backends_that_are_yet_to_be_resolved_are_waited_for()
    {
        var table = _tables.Table;
        _tables.Table = RoutingTable.From(OrleansLb.Grains.Membership.RoutingSnapshot.None, RingKind.Partitions);

        var answer = Consume(Retrying(), Request(TraceRequests.Of(TraceRequests.TraceIds(100))));
        await Pass(FirstDelay);
        await _time.TimerArmed(FirstDelay * 1.5).WaitAsync(TimeSpan.FromSeconds(30));
        _tables.Table = table;
        _time.Advance(FirstDelay * 1.5);

        Assert.Equal(ConsumeResult.Accepted, await answer);
        Assert.Equal(3, _exporters.Calls.Count);
        _pool.AssertClean();
    }

    [Fact]
    public async Task The_memory_of_a_lost_part_is_not_used_again_though_the_part_is()
    {
        int losses = 1;
        _exporters.Answer = _ => losses-- > 0 ? Task.FromException<EnqueueOutcome>(new TimeoutException()) : Task.FromResult(EnqueueOutcome.Accepted);
        _tables.Table = Table("only", "two");

        var answer = Consume(Retrying(), Request(TraceRequests.Of(TraceRequests.TraceIds(100))));
        await Pass(FirstDelay);

        Assert.Equal(ConsumeResult.Accepted, await answer);
        Assert.Equal(3, _exporters.Calls.Count);
        Assert.Equal(1, _pool.Outstanding);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(3, 3)]
    public async Task An_attempt_has_the_configured_time_or_the_collectors(int timeout, int expected)
    {
        await Consume(Retrying(timeout: TimeSpan.FromSeconds(timeout)), Request(TraceRequests.Of(TraceRequests.TraceIds(1))));

        Assert.Equal(TimeSpan.FromSeconds(expected), Assert.Single(_exporters.Calls).Patience);
    }

    [Fact]
    public async Task Without_retries_the_timeout_limits_the_wait_for_room()
    {
        await Consume(Consumer(Options() with { FanOutTimeout = TimeSpan.FromSeconds(3) }), Request(TraceRequests.Of(TraceRequests.TraceIds(1))));

        Assert.Equal(TimeSpan.FromSeconds(3), Assert.Single(_exporters.Calls).Patience);
    }

    private LoadBalancingConsumer Retrying(TimeSpan? maxElapsed = null, TimeSpan timeout = default) => Consumer(Options() with
    {
        FanOutTimeout = timeout,
        RetryOnFailure = new RetryOptions { RandomizationFactor = 0, MaxElapsedTime = maxElapsed ?? TimeSpan.Zero },
    });

    private async Task Pass(TimeSpan delay)
    {
        await _time.TimerArmed(delay).WaitAsync(TimeSpan.FromSeconds(30));
        _time.Advance(delay);
    }
}
