using OrleansLb.Grains.Exporting;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.SendingQueues;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp;
using OrleansLb.Testing;

namespace OrleansLb.Ingress.Tests.Pipeline;

/// <summary>The router behind a sending queue.</summary>
public sealed partial class LoadBalancingConsumerTests
{
    [Fact]
    public async Task The_queue_gets_back_what_nobody_took_and_hears_how_much_was_refused_for_good()
    {
        var ids = TraceRequests.TraceIds(100).ToArray();
        _exporters.Answer = static key => Task.FromResult(key.Slot switch
        {
            0 => new EnqueueOutcome { Status = EnqueueStatus.Rejected, Message = "bad data" },
            1 => Failure,
            _ => EnqueueOutcome.Accepted,
        });

        var result = await Deliver(Consumer(), ids);

        Assert.Equal((EnqueueStatus.Failed, "Unavailable: gone"), (result.Outcome.Status, result.Outcome.Message));
        Assert.Equal(ids.Count(id => _tables.Table.SlotOf(id) == 0), result.RejectedItems);
        var rest = Assert.Single(result.Undelivered);
        Assert.Equal(TraceRequests.Of(ids.Where(id => _tables.Table.SlotOf(id) == 1)), rest.Payload.Message.ToArray());
        Assert.Equal(ids.Count(id => _tables.Table.SlotOf(id) == 1), rest.ItemCount);
        rest.Payload.Release();
        _pool.AssertClean();
    }

    [Fact]
    public async Task Retries_behind_a_queue_offer_only_what_nobody_took()
    {
        int refusals = 1;
        _exporters.Answer = key => Task.FromResult(key.Slot == 1 && refusals-- > 0 ? EnqueueOutcome.QueueFull : EnqueueOutcome.Accepted);

        var answer = Deliver(Retrying(), [.. TraceRequests.TraceIds(100)]);
        await Pass(FirstDelay);

        Assert.Equal(EnqueueStatus.Accepted, (await answer).Outcome.Status);
        Assert.Empty((await answer).Undelivered);
        Assert.Equal([0, 1, 1, 2], _exporters.Calls.Select(static call => ExporterGrainKey.Parse(call.Key).Slot).Order());
        _pool.AssertClean();
    }

    [Fact]
    public async Task A_hurry_ends_one_wait_and_the_end_all_of_them()
    {
        using var hurry = new CancellationTokenSource();
        using var ended = new CancellationTokenSource();
        _tables.Table = Table("only");
        _exporters.Answer = static _ => Task.FromResult(Failure);

        var answer = Deliver(Retrying(), [.. TraceRequests.TraceIds(3)], request => request with { Hurry = hurry.Token, Ended = ended.Token });
        await _time.TimerArmed(FirstDelay).WaitAsync(TimeSpan.FromSeconds(30));
        await hurry.CancelAsync();
        await _time.TimerArmed(FirstDelay * 1.5).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(2, _exporters.Calls.Count);
        await ended.CancelAsync();

        var rest = Assert.Single((await answer).Undelivered);
        Assert.Equal(3, rest.ItemCount);
        Assert.Equal(2, _exporters.Calls.Count);
        rest.Payload.Release();
        _pool.AssertClean();
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 5)]
    public async Task Parts_whose_delivery_is_awaited_say_so_and_without_retries_have_the_time_of_their_ring_slots(bool retries, int seconds)
    {
        var consumer = retries ? Retrying() : Consumer();

        await Deliver(consumer, [.. TraceRequests.TraceIds(100)], static request => request with { AwaitsDelivery = true });

        Assert.Equal(3, _exporters.Calls.Count);
        Assert.All(_exporters.Calls, call => Assert.Equal((true, TimeSpan.FromSeconds(seconds)), (call.AwaitsDelivery, call.Patience)));
    }

    [Fact]
    public async Task What_cannot_be_split_is_refused_for_good_as_a_whole()
    {
        var payload = _pool.CopyOf([0x0A, 0xFF]);

        var result = await Consumer().Deliver(new FanOutRequest(new ExportPart { Signal = Signal.Traces, ItemCount = 7, Payload = payload }));

        Assert.Equal((EnqueueStatus.Rejected, 7), (result.Outcome.Status, result.RejectedItems));
        Assert.Empty(result.Undelivered);
        payload.Release();
        _pool.AssertClean();
    }

    private async Task<FanOutResult> Deliver(
        OrleansLb.Ingress.Pipeline.LoadBalancingConsumer consumer, byte[][] ids, Func<FanOutRequest, FanOutRequest>? change = null)
    {
        var payload = _pool.CopyOf(TraceRequests.Of(ids));
        var request = new FanOutRequest(new ExportPart { Signal = Signal.Traces, ItemCount = ids.Length, Payload = payload });
        var result = await consumer.Deliver(change?.Invoke(request) ?? request);
        payload.Release();
        return result;
    }
}
