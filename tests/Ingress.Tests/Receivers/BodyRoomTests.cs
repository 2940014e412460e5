using System.IO.Pipelines;
using OrleansLb.Ingress.Memory;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Otlp.Memory;
using OrleansLb.Testing;

namespace OrleansLb.Ingress.Tests.Receivers;

/// <summary>What slow bodies hold of the room for data.</summary>
public sealed class BodyRoomTests
{
    private const long Memory = 8 << 20;
    private const int Announced = 1_500_000;

    // how a body begins of which no more is said than how long it is going to be
    private static readonly byte[] s_beginning = OtlpRequests.Frame(OtlpRequests.Of(Signal.Traces, items: 1, bytesPerItem: Announced))[..100];

    private readonly RecordingConsumer _consumer = new();

    [Fact]
    public async Task Bodies_that_announce_much_and_send_little_take_little()
    {
        const int Slow = 10;
        await using var harness = await ReceiverHarness.StartAsync(_consumer, memory: Memory);
        using var slow = await Stalled.StartAsync(harness, Slow);
        Assert.InRange(harness.Budget.UsedFor(MemoryKind.Payload), Announced, Memory / 2);

        // who sends what he says is served beside them, in one piece and in several
        byte[] large = OtlpRequests.Of(Signal.Traces, items: 1, bytesPerItem: Announced);
        Assert.Equal(GrpcStatusCode.Ok, (await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(large))).Code);
        Assert.Equal(200, (await harness.PostAsync("/v1/traces", new ByteArrayContent(large))).Status);
        using var pieces = PiecedContent.Of(large, 7, tellsLength: false);
        for (int piece = 0; piece <= 7; piece++)
            pieces.Send();
        Assert.Equal(200, (await harness.PostAsync("/v1/traces", pieces)).Status);
        Assert.All(_consumer.Received, received => Assert.Equal(large, received.Message));

        Assert.All(await slow.EndAsync(), answer => Assert.Equal(GrpcStatusCode.Internal, answer.Code));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Beyond_their_share_a_body_that_is_not_there_is_refused_and_one_that_is_there_is_not(bool isGrpc)
    {
        var pool = new DebugPayloadPool();
        using var meters = new TestMeters();
        var gate = new MemoryGate(new MemoryBudget(Memory), meters, TimeProvider.System);
        var idle = new IdleLimit(TimeSpan.Zero, TimeProvider.System);
        byte[] request = OtlpRequests.Of(Signal.Traces, items: 1, bytesPerItem: 100_000);
        Assert.True(gate.Bodies.TryTake((Memory / 2) - 50_000));

        Assert.True((await ReadAsync(isComplete: false)).LacksMemory);
        var whole = await ReadAsync(isComplete: true);
        Assert.Equal(request, whole.Payload!.Message.ToArray());
        whole.Payload.Release();

        // what was refused holds nothing
        Assert.Equal((Memory / 2) - 50_000, gate.Bodies.Taken);
        pool.AssertClean();

        async Task<BodyResult> ReadAsync(bool isComplete)
        {
            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
            byte[] body = isGrpc ? OtlpRequests.Frame(request) : request;
            await pipe.Writer.WriteAsync(isComplete ? body : body[..^1]);
            if (isComplete)
                await pipe.Writer.CompleteAsync();
            return isGrpc
                ? await new GrpcBodyReader(pool, gate, 1 << 20, idle).ReadAsync(pipe.Reader, ContentCoding.Identity, default)
                : await new HttpBodyReader(pool, gate, 1 << 20, idle).ReadAsync(pipe.Reader, request.Length, ContentCoding.Identity, default);
        }
    }

    [Fact]
    public async Task A_body_grows_with_what_has_come_and_is_refused_when_the_share_is_used_up()
    {
        var pool = new DebugPayloadPool();
        using var meters = new TestMeters();
        var gate = new MemoryGate(new MemoryBudget(Memory), meters, TimeProvider.System);
        Assert.True(gate.Bodies.TryTakeAhead(Memory / 4));
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var read = new HttpBodyReader(pool, gate, 4 << 20, new IdleLimit(TimeSpan.Zero, TimeProvider.System)).ReadAsync(pipe.Reader, 3 << 20, ContentCoding.Identity, default).AsTask();

        byte[] piece = new byte[100_000];
        long least = 0;
        for (int written = 0; !read.IsCompleted; written += piece.Length)
        {
            await pipe.Writer.WriteAsync(piece);
            await Eventually.Holds(() => read.IsCompleted || gate.Bodies.Taken - (Memory / 4) >= written + piece.Length);
            least = Math.Max(least, gate.Bodies.Taken);
            Assert.InRange(gate.Bodies.Taken, Memory / 4, Memory / 2);
        }

        Assert.True((await read).LacksMemory);
        Assert.InRange(least, (Memory / 4) + (1 << 20), Memory / 2);
        Assert.Equal(Memory / 4, gate.Bodies.Taken);
        pool.AssertClean();
    }

    /// <summary>Calls that have announced their messages and send nothing more.</summary>
    private sealed class Stalled : IDisposable
    {
        private readonly StalledContent[] _bodies;
        private readonly Task<GrpcAnswer>[] _calls;

        private Stalled(ReceiverHarness harness, int count)
        {
            _bodies = [.. Enumerable.Range(0, count).Select(_ => new StalledContent(s_beginning))];
            _calls = [.. _bodies.Select(body => harness.CallAsync(OtlpServices.GrpcPathOf(Signal.Traces), body, "application/grpc", []))];
        }

        public static async Task<Stalled> StartAsync(ReceiverHarness harness, int count)
        {
            var stalled = new Stalled(harness, count);
            await Eventually.Holds(() => harness.Pool.Outstanding == count);
            return stalled;
        }

        public Task<GrpcAnswer[]> EndAsync()
        {
            foreach (var body in _bodies)
                body.GoOn.SetResult();
            return Task.WhenAll(_calls);
        }

        public void Dispose()
        {
            foreach (var body in _bodies)
                body.Dispose();
        }
    }
}
