using OrleansLb.Ingress.Pipeline;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Testing;

namespace OrleansLb.Ingress.Tests.Receivers;

public sealed class DeadlineTests
{
    private static readonly byte[] Frame = OtlpRequests.Frame(OtlpRequests.Of(Signal.Traces, 3));
    private readonly FakeTime _time = new();

    [Theory]
    [InlineData("10S", 10.0)]
    [InlineData("2500m", 2.5)]
    [InlineData("99999999H", null)]
    [InlineData("soon", null)]
    [InlineData("123456789S", null)]
    public async Task The_consumer_is_told_the_patience_of_the_client(string timeout, double? seconds)
    {
        var consumer = new RecordingConsumer();
        await using var harness = await ReceiverHarness.StartAsync(consumer, time: _time);
        Assert.Equal(GrpcStatusCode.Ok, (await harness.CallAsync(Signal.Traces, Frame, ("grpc-timeout", timeout))).Code);

        var patience = Assert.Single(consumer.Received).Patience;
        if (timeout.EndsWith('H'))
            Assert.True(patience > TimeSpan.FromDays(1000));
        else
            Assert.Equal(seconds, patience?.TotalSeconds);
        Assert.Equal(0, _time.Pending);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_deadline_that_passes_at_the_consumer_is_DEADLINE_EXCEEDED(bool heedsToken)
    {
        var asked = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        var consumer = new RecordingConsumer(async (_, cancellation) =>
        {
            asked.SetResult();
            await (heedsToken ? answer.Task.WaitAsync(cancellation) : answer.Task);
            return ConsumeResult.Accepted;
        });
        await using (var harness = await ReceiverHarness.StartAsync(consumer, time: _time))
        {
            var call = harness.CallAsync(Signal.Traces, Frame, ("grpc-timeout", "5S"));
            await asked.Task;
            _time.Advance(TimeSpan.FromSeconds(4));
            Assert.False(call.IsCompleted);
            _time.Advance(TimeSpan.FromSeconds(1));

            Assert.Equal((200, GrpcStatusCode.DeadlineExceeded), ((await call).HttpStatus, (await call).Code));
            Assert.Equal(3, harness.Meters.Sum("otelcol_receiver_refused_spans"));

            // the request stays alive for a consumer that is still at work, and no longer
            await WaitUntil(() => harness.Pool.Outstanding == (heedsToken ? 0 : 1));
            answer.SetResult();
        }
    }

    [Fact]
    public async Task A_deadline_that_passes_while_the_body_arrives_is_DEADLINE_EXCEEDED()
    {
        var consumer = new RecordingConsumer();
        await using var harness = await ReceiverHarness.StartAsync(consumer, time: _time);
        using var body = new StalledContent(Frame.AsMemory(0, 20));
        var call = harness.CallAsync(OtlpServices.GrpcPathOf(Signal.Traces), body, "application/grpc", [("grpc-timeout", "5S")]);
        await WaitUntil(() => harness.Pool.Outstanding == 1);
        _time.Advance(TimeSpan.FromSeconds(5));

        var answer = await call;
        Assert.Equal((200, GrpcStatusCode.DeadlineExceeded), (answer.HttpStatus, answer.Code));
        Assert.Equal(1, harness.Meters.Sum("orleanslb_receiver_rejected_requests", "reason=deadline"));
        body.GoOn.SetResult();
    }

    [Theory]
    [InlineData("0S")]
    [InlineData("0n")]
    public async Task A_deadline_of_zero_has_passed(string timeout)
    {
        var consumer = new RecordingConsumer();
        await using var harness = await ReceiverHarness.StartAsync(consumer);
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, (await harness.CallAsync(Signal.Traces, Frame, ("grpc-timeout", timeout))).Code);
    }

    internal static async Task WaitUntil(Func<bool> condition)
    {
        using var net = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            net.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
