using OrleansLb.Ingress.Pipeline;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Testing;

namespace OrleansLb.Ingress.Tests.Receivers;

/// <summary>What a client hears whose request has no hope of being taken.</summary>
public sealed class OverloadTests
{
    private static readonly byte[] Request = OtlpRequests.Of(Signal.Traces, items: 3);
    private static readonly ConsumeResult Full = new(ConsumeStatus.Unavailable, "sending queue is full", TimeSpan.FromSeconds(7));

    private readonly RecordingConsumer _consumer = new();
    private readonly FakeTime _time = new();

    [Fact]
    public async Task Over_grpc_it_is_turned_away_unread_with_the_delay_and_the_connection_goes_on()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer, time: _time);
        _consumer.NoRoom = Full;
        var call = harness.CallAsync(Signal.Traces, OtlpRequests.Frame(Request));
        await HeldBack();
        Assert.False(call.IsCompleted);
        _time.Advance(Intake.HoldBack);
        var refused = await call;
        _consumer.NoRoom = null;
        var accepted = await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(Request));

        Assert.Equal((GrpcStatusCode.Unavailable, TimeSpan.FromSeconds(7)), (refused.Code, refused.Details?.RetryDelay));
        Assert.Equal(GrpcStatusCode.Ok, accepted.Code);
        Assert.Equal(3, _consumer.Items);
        Assert.Equal(1, harness.Meters.Sum("orleanslb_receiver_rejected_requests", "reason=overload"));
    }

    [Fact]
    public async Task Over_http_it_is_503_with_Retry_After()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer, time: _time);
        _consumer.NoRoom = Full;
        var call = harness.PostAsync("/v1/traces", new ByteArrayContent(Request));
        await HeldBack();
        Assert.False(call.IsCompleted);
        _time.Advance(Intake.HoldBack);
        var refused = await call;

        Assert.Equal((503, "7", GrpcStatusCode.Unavailable), (refused.Status, refused.RetryAfter, refused.Details.Code));
        Assert.Empty(_consumer.Received);
    }

    private Task HeldBack() => _time.TimerArmed(Intake.HoldBack).WaitAsync(TimeSpan.FromSeconds(30));

    [Fact]
    public async Task A_client_that_goes_away_is_counted_as_refused_by_that_reason_and_its_stream_is_free()
    {
        var begun = new TaskCompletionSource();
        await using var harness = await ReceiverHarness.StartAsync(new RecordingConsumer(async (_, gone) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ConsumeResult.Cancelled;
        }));
        using var leaving = new CancellationTokenSource();
        var call = harness.PostAsync("/v1/traces", new ByteArrayContent(Request), cancellationToken: leaving.Token);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Eventually.Holds(() => harness.Meters.Sum("orleanslb_receiver_refused_items", "reason=cancelled") == 3);
        Assert.Equal(3, harness.Meters.Sum("otelcol_receiver_refused_spans"));
        await Eventually.Holds(() => harness.Pool.Outstanding == 0);
    }
}
