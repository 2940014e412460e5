using Microsoft.Extensions.Logging.Abstractions;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Testing;

namespace OrleansLb.Ingress.Tests.Receivers;

public sealed class FanOutTests
{
    private static readonly ConsumeResult Full = new(ConsumeStatus.Unavailable, "full", TimeSpan.FromSeconds(1));
    private static readonly ConsumeResult Fuller = new(ConsumeStatus.Unavailable, "fuller", TimeSpan.FromSeconds(5));
    private static readonly ConsumeResult Bad = new(ConsumeStatus.Invalid, "bad");
    private static readonly ConsumeResult Rejected = new(ConsumeStatus.Rejected, "rejected");

    private readonly DebugPayloadPool _pool = new();

    [Fact]
    public async Task Every_consumer_gets_the_same_request_in_turn()
    {
        var order = new List<int>();
        var consumers = Enumerable.Range(0, 3).Select(number => new RecordingConsumer(async (_, _) =>
        {
            await Task.Yield();
            order.Add(number);
            return ConsumeResult.Accepted;
        })).ToList();

        Assert.True((await DeliverAsync([.. consumers])).IsOk);
        Assert.Equal([0, 1, 2], order);
        Assert.All(consumers, consumer => Assert.Equal("request"u8.ToArray(), Assert.Single(consumer.Received).Message));
    }

    [Fact]
    public async Task A_retryable_answer_wins_over_every_other()
    {
        Assert.Equal(new GrpcStatus(GrpcStatusCode.Unavailable, "full", TimeSpan.FromSeconds(1)), await DeliverAsync(Answers(default, Full, Bad, Rejected)));
        Assert.Equal(new GrpcStatus(GrpcStatusCode.Unavailable, "full", TimeSpan.FromSeconds(1)), await DeliverAsync(Answers(Rejected, Bad, Full, default)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task While_one_consumer_has_no_room_none_of_them_gets_the_request(int full)
    {
        var consumers = Enumerable.Range(0, 3).Select(number => new RecordingConsumer { NoRoom = number == full ? Full : null }).ToArray();

        Assert.Equal(new GrpcStatus(GrpcStatusCode.Unavailable, "full", TimeSpan.FromSeconds(1)), await DeliverAsync(consumers));
        Assert.All(consumers, static consumer => Assert.Empty(consumer.Received));
    }

    [Fact]
    public async Task The_longest_delay_wins()
    {
        Assert.Equal(TimeSpan.FromSeconds(5), (await DeliverAsync(Answers(Full, Fuller))).RetryDelay);
        Assert.Equal(TimeSpan.FromSeconds(5), (await DeliverAsync(Answers(Fuller, Full))).RetryDelay);
    }

    [Fact]
    public async Task One_refusal_is_a_refusal()
    {
        Assert.Equal(new GrpcStatus(GrpcStatusCode.InvalidArgument, "bad"), await DeliverAsync(Answers(default, Bad, default)));
        Assert.Equal(new GrpcStatus(GrpcStatusCode.Internal, "rejected"), await DeliverAsync(Answers(Rejected, default)));
    }

    [Fact]
    public async Task A_fault_of_one_consumer_does_not_keep_the_request_from_the_others()
    {
        var last = new RecordingConsumer();
        var status = await DeliverAsync([new RecordingConsumer(static (_, _) => throw new InvalidOperationException()), last]);
        Assert.Equal(GrpcStatusCode.Internal, status.Code);
        Assert.Single(last.Received);
    }

    [Fact]
    public async Task A_payload_that_a_consumer_retains_outlives_the_delivery()
    {
        ReceivedRequest? kept = null;
        await DeliverAsync(
            [
                new RecordingConsumer((request, _) =>
                {
                    request.Payload.Retain();
                    kept = request;
                    return ValueTask.FromResult(ConsumeResult.Accepted);
                }),
            ],
            clean: false);

        Assert.Equal("request"u8.ToArray(), kept!.Payload.Message.ToArray());
        kept.Payload.Release();
        _pool.AssertClean();
    }

    private static ISignalConsumer[] Answers(params ConsumeResult[] answers) =>
        [.. answers.Select(answer => new RecordingConsumer((_, _) => ValueTask.FromResult(answer)))];

    private async Task<GrpcStatus> DeliverAsync(ISignalConsumer[] consumers, bool clean = true)
    {
        var buffer = _pool.Rent(7);
        "request"u8.CopyTo(buffer.Message.Span);
        var request = new ReceivedRequest(Signal.Traces, buffer.Seal(7), 1) { Compressed = _pool.Rent(3).Seal(3, ContentCoding.Gzip) };
        var status = await new FanOut(consumers, NullLogger.Instance).DeliverAsync(request, default);
        if (clean)
            _pool.AssertClean();
        return status;
    }
}
