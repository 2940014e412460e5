using OrleansLb.Ingress.Pipeline;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Ingress.Tests.Receivers;

/// <summary>Consumers that count the items themselves: what the client and the counters say is the same as if the receiver had counted.</summary>
public sealed class LateCountTests
{
    private static readonly byte[] Malformed = [0x0A, 0xFF, 0x01];
    private static readonly byte[] WithoutItems = OtlpRequests.Of(Signal.Traces, 0);

    [Fact]
    public async Task What_the_consumer_has_counted_is_accepted()
    {
        var consumer = new CountingConsumer(static request =>
        {
            request.Counted(Scan(request));
            return ConsumeResult.Accepted;
        });
        await using var harness = await ReceiverHarness.StartAsync(consumer);
        Assert.Equal(GrpcStatusCode.Ok, await Call(harness, OtlpRequests.Of(Signal.Traces, 7)));
        Assert.Equal((7L, 0L, 0L), Counters(harness));
    }

    [Fact]
    public async Task What_is_refused_before_it_was_counted_is_counted_all_the_same()
    {
        await using var harness = await ReceiverHarness.StartAsync(Refusing(ConsumeStatus.Unavailable));
        Assert.Equal(GrpcStatusCode.Unavailable, await Call(harness, OtlpRequests.Of(Signal.Traces, 7)));
        Assert.Equal((0L, 7L, 0L), Counters(harness));
    }

    [Fact]
    public async Task Items_that_are_malformed_inside_are_refused_and_not_a_rejected_request()
    {
        await using var harness = await ReceiverHarness.StartAsync(Refusing(ConsumeStatus.Invalid));
        Assert.Equal(GrpcStatusCode.InvalidArgument, await Call(harness, OtlpRequests.Of(Signal.Traces, 7)));
        Assert.Equal((0L, 7L, 0L), Counters(harness));
    }

    [Theory]
    [InlineData(ConsumeStatus.Unavailable)]
    [InlineData(ConsumeStatus.Invalid)]
    public async Task A_malformed_request_is_INVALID_ARGUMENT_whatever_the_consumer_says(ConsumeStatus status)
    {
        await using var harness = await ReceiverHarness.StartAsync(Refusing(status));
        var answer = await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(Malformed));
        Assert.Equal(GrpcStatusCode.InvalidArgument, answer.Code);
        Assert.StartsWith("the request is not valid OTLP: ", answer.Message, StringComparison.Ordinal);
        Assert.Equal((0L, 0L, 1L), Counters(harness));
    }

    [Fact]
    public async Task A_request_without_items_succeeds_whatever_the_consumer_says()
    {
        await using var harness = await ReceiverHarness.StartAsync(Refusing(ConsumeStatus.Unavailable));
        Assert.Equal(GrpcStatusCode.Ok, await Call(harness, WithoutItems));
        Assert.Equal((0L, 0L, 0L), Counters(harness));
    }

    [Fact]
    public async Task A_consumer_that_fails_leaves_the_count_to_the_receiver()
    {
        var failing = new CountingConsumer(static _ => throw new InvalidOperationException("a bug"));
        await using var harness = await ReceiverHarness.StartAsync(failing);
        Assert.Equal(GrpcStatusCode.Internal, await Call(harness, OtlpRequests.Of(Signal.Traces, 7)));
        Assert.Equal((0L, 7L, 0L), Counters(harness));
    }

    [Fact]
    public async Task With_a_second_consumer_the_receiver_counts_before()
    {
        var first = Refusing(ConsumeStatus.Unavailable);
        var second = new RecordingConsumer();
        await using var harness = await ReceiverHarness.StartAsync(new SignalConsumers { Traces = [first, second] });
        Assert.Equal(GrpcStatusCode.Ok, await Call(harness, WithoutItems));
        Assert.Equal(GrpcStatusCode.InvalidArgument, await Call(harness, Malformed));
        Assert.Equal(0, first.Requests);
        Assert.Empty(second.Received);
    }

    private static CountingConsumer Refusing(ConsumeStatus status) => new(_ => new ConsumeResult(status, "no"));

    private static int Scan(ReceivedRequest request) =>
        RequestScanner.TryCountItems(request.Signal, request.Payload.Message.Span, out int items, out _) ? items : -1;

    private static async Task<GrpcStatusCode?> Call(ReceiverHarness harness, byte[] request) =>
        (await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(request))).Code;

    private static (long Accepted, long Refused, long Rejected) Counters(ReceiverHarness harness) =>
        (harness.Meters.Sum("otelcol_receiver_accepted_spans"), harness.Meters.Sum("otelcol_receiver_refused_spans"), harness.Meters.Sum("orleanslb_receiver_rejected_requests"));

    private sealed class CountingConsumer(Func<ReceivedRequest, ConsumeResult> answer) : ISignalConsumer
    {
        public string ComponentId => "test.counting";

        public bool CountsItems => true;

        public int Requests { get; private set; }

        public ValueTask<ConsumeResult> ConsumeAsync(ReceivedRequest request, CancellationToken cancellationToken)
        {
            Requests++;
            return ValueTask.FromResult(answer(request));
        }
    }
}
