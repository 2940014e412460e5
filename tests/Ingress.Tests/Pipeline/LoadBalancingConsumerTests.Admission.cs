using OrleansLb.Grains.Exporting;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Otlp;
using OrleansLb.Testing;

namespace OrleansLb.Ingress.Tests.Pipeline;

/// <summary>A request is accepted whole or refused whole.</summary>
public sealed partial class LoadBalancingConsumerTests
{
    private static readonly TimeSpan ShortWait = Ingress.Admission.AdmissionControl.ShortWait;

    [Fact]
    public async Task A_request_that_finds_one_queue_full_is_handed_to_none_and_counted_as_refused()
    {
        _exporters.Grant = FullAt(slot: 1);
        var answer = Consume(Consumer(), Request(TraceRequests.Of(TraceRequests.TraceIds(100))));
        await Pass(ShortWait);

        var result = await answer;
        Assert.Equal((ConsumeStatus.Unavailable, "sending queue is full"), (result.Status, result.Message));
        Assert.NotNull(result.RetryAfter);
        Assert.Empty(_exporters.Calls);
        Assert.Equal(100, _meters.Sum("otelcol_exporter_enqueue_failed_spans"));
        _pool.AssertClean();
    }

    [Fact]
    public async Task Parts_say_who_has_taken_their_room_and_when_the_client_is_gone()
    {
        using var gone = new CancellationTokenSource();
        var request = Request(TraceRequests.Of(TraceRequests.TraceIds(100)));
        await Consumer().ConsumeAsync(request, gone.Token);
        request.Payload.Release();

        Assert.Equal(3, _exporters.Calls.Count);
        Assert.All(_exporters.Calls, call => Assert.Equal(gone.Token, call.Gone));
        Assert.Single(_exporters.Calls.Select(static call => call.Router).Distinct());
        Assert.All(_exporters.Calls, static call => Assert.NotNull(call.Router));
    }

    [Fact]
    public async Task A_client_that_goes_away_while_its_request_waits_for_room_leaves_nothing_behind()
    {
        _exporters.Grant = FullAt(slot: 1);
        using var gone = new CancellationTokenSource();
        var request = Request(TraceRequests.Of(TraceRequests.TraceIds(100)));
        var answer = Consumer().ConsumeAsync(request, gone.Token);
        await _time.TimerArmed(ShortWait).WaitAsync(TimeSpan.FromSeconds(30));
        await gone.CancelAsync();

        Assert.Equal(ConsumeStatus.Cancelled, (await answer).Status);
        request.Payload.Release();
        Assert.Empty(_exporters.Calls);
        _pool.AssertClean();
    }

    [Fact]
    public async Task With_the_queue_off_nobody_is_asked_for_room()
    {
        _exporters.Grant = static (_, _) => throw new NotSupportedException();
        var options = Options() with { Queue = new() { Enabled = false } };
        Assert.Equal(ConsumeResult.Accepted, await Consume(Consumer(options), Request(TraceRequests.Of(TraceRequests.TraceIds(100)))));
    }

    [Fact]
    public async Task With_retries_a_request_without_room_is_offered_whole_again()
    {
        var grant = new TaskCompletionSource<CreditGrant>();
        _exporters.Grant = (key, request) => key.Slot == 1 && request.Least > 0 ? grant.Task : Granted(key.Slot == 1 ? 0 : 1000);
        var answer = Consume(Retrying(), Request(TraceRequests.Of(TraceRequests.TraceIds(100))));
        await Pass(ShortWait);
        await _time.TimerArmed(TimeSpan.FromSeconds(30)).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Empty(_exporters.Calls);
        _time.Advance(TimeSpan.FromSeconds(30));
        grant.SetResult(new CreditGrant { Session = 1, Room = 1000 });
        Assert.Equal(ConsumeResult.Accepted, await answer.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(100, _exporters.Calls.Sum(static call => call.ItemCount));
        _pool.AssertClean();
    }

    [Fact]
    public async Task What_a_sending_queue_has_accepted_waits_for_room_until_the_end()
    {
        bool full = true;
        var grant = new TaskCompletionSource<CreditGrant>();
        _exporters.Grant = (key, _) => key.Slot == 1 && full ? grant.Task : Granted(1000);
        var answer = Deliver(Consumer(), [.. TraceRequests.TraceIds(100)]);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.False(answer.IsCompleted);
        Assert.Empty(_exporters.Calls);
        full = false;
        grant.SetResult(new CreditGrant { Session = 1, Room = 1000 });

        Assert.Empty((await answer).Undelivered);
        Assert.Equal(3, _exporters.Calls.Count);
        _pool.AssertClean();
    }

    [Fact]
    public async Task A_reservation_that_is_not_used_gives_its_room_back()
    {
        int granted = 0;
        _exporters.Grant = (_, request) => granted++ < 3 ? Granted(1) : new TaskCompletionSource<CreditGrant>().Task;
        ISignalConsumer consumer = Consumer();
        var request = Request(TraceRequests.Of(TraceRequests.TraceIds(100)));
        var (first, _) = await consumer.ReserveAsync(request, default);
        first!.Dispose();
        var (second, _) = await consumer.ReserveAsync(request, default);

        Assert.Equal(ConsumeResult.Accepted, await second!.ConsumeAsync(default));
        second.Dispose();
        request.Payload.Release();
        Assert.Equal(3, _exporters.Calls.Count);
        _pool.AssertClean();
    }

    private static Task<CreditGrant> Granted(long room) => Task.FromResult(new CreditGrant { Session = 1, Room = room });

    private static Func<ExporterGrainKey, CreditRequest, Task<CreditGrant>> FullAt(int slot) => (key, request) =>
        key.Slot != slot || request.Least == 0 ? Granted(key.Slot == slot ? 0 : 1000) : new TaskCompletionSource<CreditGrant>().Task;
}
