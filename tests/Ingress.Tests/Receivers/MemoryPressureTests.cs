using OrleansLb.Ingress.Pipeline;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Otlp.Memory;
using OrleansLb.Testing;

namespace OrleansLb.Ingress.Tests.Receivers;

public sealed class MemoryPressureTests
{
    private const long Memory = 8 << 20;
    private static readonly byte[] Request = OtlpRequests.Of(Signal.Traces, items: 3);

    private readonly RecordingConsumer _consumer = new();
    private readonly FakeTime _time = new();

    [Fact]
    public async Task Over_grpc_a_request_near_the_limit_is_UNAVAILABLE_with_a_delay_that_grows_and_goes_through_later()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer, time: _time, memory: Memory);
        harness.Budget.Take(MemoryKind.Payload, Memory);

        foreach (int seconds in new[] { 1, 2, 4 })
        {
            var refused = await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(Request));
            Assert.Equal(GrpcStatusCode.Unavailable, refused.Code);
            Assert.Equal(TimeSpan.FromSeconds(seconds), refused.Details?.RetryDelay);
            _time.Advance(TimeSpan.FromSeconds(seconds));
        }

        harness.Budget.Give(MemoryKind.Payload, Memory);
        var accepted = await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(Request));
        Assert.Equal(GrpcStatusCode.Ok, accepted.Code);
        Assert.Equal(3, _consumer.Items);
        Assert.Equal(3, harness.Meters.Sum("orleanslb_memory_refused_requests"));
        Assert.Equal(3, harness.Meters.Sum("orleanslb_receiver_rejected_requests", "reason=memory"));
    }

    [Fact]
    public async Task Over_http_a_request_near_the_limit_is_503_with_Retry_After()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer, time: _time, memory: Memory);
        harness.Budget.Take(MemoryKind.Payload, Memory);

        var first = await harness.PostAsync("/v1/traces", new ByteArrayContent(Request));
        _time.Advance(TimeSpan.FromSeconds(1));
        var second = await harness.PostAsync("/v1/traces", new ByteArrayContent(Request));

        Assert.Equal((503, "1"), (first.Status, first.RetryAfter));
        Assert.Equal((503, "2", GrpcStatusCode.Unavailable), (second.Status, second.RetryAfter, second.Details.Code));
        Assert.Empty(_consumer.Received);
        harness.Budget.Give(MemoryKind.Payload, Memory);
    }

    [Fact]
    public async Task A_body_that_does_not_fit_is_refused_before_memory_is_taken_for_it()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer, memory: Memory);
        harness.Budget.Take(MemoryKind.Payload, Memory / 2);
        byte[] large = OtlpRequests.Of(Signal.Traces, items: 1, bytesPerItem: 3_500_000);

        var grpc = await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(large));
        var declared = await harness.PostAsync("/v1/traces", new ByteArrayContent(large));

        Assert.Equal(GrpcStatusCode.Unavailable, grpc.Code);
        Assert.NotNull(grpc.Details?.RetryDelay);
        Assert.Equal(503, declared.Status);
        Assert.Equal(0, harness.Pool.Rents);
        Assert.Equal(GrpcStatusCode.Ok, (await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(Request))).Code);
        harness.Budget.Give(MemoryKind.Payload, Memory / 2);
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_refused_when_it_outgrows_the_memory()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer, memory: Memory);
        harness.Budget.Take(MemoryKind.Payload, Memory / 2);
        byte[] large = OtlpRequests.Of(Signal.Traces, items: 1, bytesPerItem: 3_500_000);

        var answer = await harness.PostAsync("/v1/traces", new StreamContent(new UnseekableStream(large)));

        Assert.Equal(503, answer.Status);
        Assert.Empty(_consumer.Received);
        harness.Budget.Give(MemoryKind.Payload, Memory / 2);
    }

    [Fact]
    public async Task A_request_that_outgrows_the_memory_when_it_is_decompressed_is_retryable_not_too_large()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer, memory: Memory);
        byte[] frame = OtlpRequests.Frame(OtlpRequests.Gzip(OtlpRequests.Of(Signal.Traces, items: 1, bytesPerItem: 20_000_000)), flag: 1);

        var answer = await harness.CallAsync(Signal.Traces, frame, ("grpc-encoding", "gzip"));

        Assert.Equal(GrpcStatusCode.Unavailable, answer.Code);
        Assert.NotNull(answer.Details?.RetryDelay);
        Assert.Equal(1, harness.Meters.Sum("orleanslb_receiver_rejected_requests", "reason=memory"));
    }

    [Fact]
    public async Task A_request_that_was_read_and_cannot_be_split_any_more_counts_as_refused_items()
    {
        // memory runs short while the body is read: by the time it is whole the limit is reached
        await using var harness = await ReceiverHarness.StartAsync(_consumer, memory: Memory);
        var stalled = new StalledContent(OtlpRequests.Frame(Request));
        var call = harness.CallAsync(OtlpServices.GrpcPathOf(Signal.Traces), stalled, "application/grpc", []);
        await Eventually.Holds(() => harness.Pool.Outstanding == 1);
        harness.Budget.Take(MemoryKind.Payload, Memory);
        stalled.GoOn.SetResult();
        var answer = await call;

        Assert.Equal(GrpcStatusCode.Unavailable, answer.Code);
        Assert.Equal(3, harness.Meters.Sum("otelcol_receiver_refused_spans"));
        Assert.Equal(1, harness.Meters.Sum("orleanslb_memory_refused_requests"));
        harness.Budget.Give(MemoryKind.Payload, Memory);
    }

    [Fact]
    public async Task Requests_that_wait_for_their_consumer_keep_others_out_until_they_are_answered()
    {
        var go = new TaskCompletionSource();
        var consumer = new RecordingConsumer(async (_, _) =>
        {
            await go.Task;
            return ConsumeResult.Accepted;
        });
        await using var harness = await ReceiverHarness.StartAsync(consumer, memory: Memory);
        byte[] frame = OtlpRequests.Frame(OtlpRequests.Of(Signal.Traces, items: 1, bytesPerItem: 1_000_000));
        Task<GrpcAnswer>[] waiting = [.. Enumerable.Range(0, 3).Select(_ => harness.CallAsync(Signal.Traces, frame))];
        await Eventually.Holds(() => consumer.Received.Count == 3);
        harness.Budget.Take(MemoryKind.Payload, 4_000_000);

        Assert.Equal(GrpcStatusCode.Unavailable, (await harness.CallAsync(Signal.Traces, frame)).Code);
        harness.Budget.Give(MemoryKind.Payload, 4_000_000);
        go.SetResult();
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal(GrpcStatusCode.Ok, answer.Code));
        Assert.Equal(GrpcStatusCode.Ok, (await harness.CallAsync(Signal.Traces, frame)).Code);
    }

    /// <summary>A stream that does not tell its length, so that the body is sent in chunks.</summary>
    private sealed class UnseekableStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
