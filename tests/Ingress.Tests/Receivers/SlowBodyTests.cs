using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using OrleansLb.Ingress.Memory;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Otlp.Memory;
using OrleansLb.Testing;

namespace OrleansLb.Ingress.Tests.Receivers;

/// <summary>A body may come as slowly as it likes, as long as it comes.</summary>
public sealed class SlowBodyTests
{
    private const int Pieces = 5;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly byte[] Request = OtlpRequests.Of(Signal.Traces, items: 3, bytesPerItem: 700);

    private readonly RecordingConsumer _consumer = new();
    private readonly ObservedTime _time = new();

    public enum Way
    {
        Grpc,
        HttpWithLength,
        HttpInChunks,
    }

    [Theory]
    [InlineData(Way.Grpc)]
    [InlineData(Way.HttpWithLength)]
    [InlineData(Way.HttpInChunks)]
    public async Task A_body_in_pieces_with_long_pauses_is_accepted(Way way)
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer, time: _time);
        using var body = BodyOf(way);
        var call = SendAsync(harness, way, body);
        for (int piece = 1; piece < Pieces; piece++)
            await SendPieceAsync(body, s_pause);
        body.Send();
        body.Send();

        Assert.True(await call is "Ok" or "200");
        Assert.Equal(Request, Assert.Single(_consumer.Received).Message);
        Assert.Equal(0, harness.Meters.Sum("orleanslb_receiver_rejected_requests"));
        await Eventually.Holds(() => _time.Fake.Pending == 0);
    }

    [Fact]
    public async Task Over_grpc_a_body_that_stands_still_is_UNAVAILABLE()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer, time: _time);
        using var body = BodyOf(Way.Grpc);
        var call = SendAsync(harness, Way.Grpc, body);
        body.Send();
        await EndsByItselfAsync(harness, call);

        Assert.Equal("Unavailable", await call);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Over_http_a_body_that_stands_still_is_408_and_ends_the_connection(bool tellsLength)
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer, time: _time);

        // a client that reads before it has sent everything
        using var client = new TcpClient();
        await client.ConnectAsync(harness.Http);
        string length = tellsLength ? $"content-length: {Request.Length}" : "transfer-encoding: chunked";
        byte[] head = Encoding.ASCII.GetBytes($"POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\n{length}\r\n\r\n");
        await client.GetStream().WriteAsync(head);
        await client.GetStream().WriteAsync(tellsLength ? Request.AsMemory(0, 100) : Encoding.ASCII.GetBytes("5\r\n12345\r\n"));
        var answer = ReadAnswerAsync(client.GetStream());
        await EndsByItselfAsync(harness, answer);

        Assert.StartsWith("HTTP/1.1 408 ", await answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", await answer, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("read_idle_timeout", await answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Way.Grpc)]
    [InlineData(Way.HttpWithLength)]
    public async Task Without_a_limit_it_is_waited_for_for_ever(Way way)
    {
        await using var harness = await ReceiverHarness.StartAsync(
            _consumer, new GrpcListenerOptions { ReadIdleTimeout = TimeSpan.Zero }, new HttpListenerOptions { ReadIdleTimeout = TimeSpan.Zero }, _time);
        using var body = BodyOf(way);
        var call = SendAsync(harness, way, body);
        body.Send();
        await Eventually.Holds(() => harness.Pool.Outstanding == 1);
        _time.Fake.Advance(TimeSpan.FromDays(10));
        Assert.Equal((0, false), (_time.Timers, call.IsCompleted));

        for (int piece = 1; piece <= Pieces; piece++)
            body.Send();
        Assert.True(await call is "Ok" or "200");
    }

    [Fact]
    public async Task A_call_that_sends_nothing_at_all_is_ended_too()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer, time: _time);
        using var body = BodyOf(Way.Grpc);
        var call = SendAsync(harness, Way.Grpc, body);
        await _time.Fake.TimerArmed(s_limit);
        _time.Fake.Advance(s_limit);

        Assert.Equal("Unavailable", await call);
    }

    [Fact]
    public async Task A_refused_body_is_passed_over_no_longer_than_it_comes()
    {
        const long Memory = 8 << 20;
        await using var harness = await ReceiverHarness.StartAsync(_consumer, time: _time, memory: Memory);
        harness.Budget.Take(MemoryKind.Payload, Memory);
        using var body = BodyOf(Way.Grpc);
        var call = SendAsync(harness, Way.Grpc, body);
        await _time.Fake.TimerArmed(s_limit);
        Assert.False(call.IsCompleted);
        _time.Fake.Advance(s_limit);

        Assert.Equal("Unavailable", await call);
        Assert.Equal(1, harness.Meters.Sum("orleanslb_receiver_rejected_requests", "reason=memory"));
        harness.Budget.Give(MemoryKind.Payload, Memory);
    }

    [Fact]
    public async Task A_body_that_is_there_at_once_costs_no_timer_and_no_look_at_the_clock()
    {
        var pool = new DebugPayloadPool();
        using var meters = new TestMeters();
        var gate = new MemoryGate(MemoryBudget.Unlimited(), meters, _time);
        var idle = new IdleLimit(s_limit, _time);

        var grpc = await new GrpcBodyReader(pool, gate, 1 << 20, idle).ReadAsync(ReaderOf(OtlpRequests.Frame(Request)), ContentCoding.Identity, default);
        var http = await new HttpBodyReader(pool, gate, 1 << 20, idle).ReadAsync(ReaderOf(Request), Request.Length, ContentCoding.Identity, default);

        Assert.Equal(Request, grpc.Payload!.Message.ToArray());
        Assert.Equal(Request, http.Payload!.Message.ToArray());
        Assert.Equal((0, 0, 0L), (_time.Timers, _time.Reads, gate.Bodies.Taken));
        grpc.Payload.Release();
        http.Payload.Release();
        pool.AssertClean();
    }

    /// <summary>Lets the time of the limit pass from when the first piece is there.</summary>
    private async Task EndsByItselfAsync(ReceiverHarness harness, Task call)
    {
        await Eventually.Holds(() => harness.Pool.Outstanding == 1 && _time.Timers == 1);
        _time.Fake.Advance(s_limit - TimeSpan.FromMilliseconds(1));
        Assert.False(call.IsCompleted);
        Assert.Equal(0, harness.Meters.Sum("orleanslb_receiver_rejected_requests"));

        // the piece may have been noticed only now
        await Eventually.Holds(() =>
        {
            _time.Fake.Advance(TimeSpan.FromSeconds(1));
            return call.IsCompleted;
        });
        Assert.Empty(_consumer.Received);
        Assert.Equal(1, harness.Meters.Sum("orleanslb_receiver_rejected_requests", "reason=idle"));
        Assert.Equal(1, harness.Meters.Sum("orleanslb_receiver_rejected_requests"));
    }

    // up to the last word of the body; what the server does with the connection then may take it some seconds
    private static async Task<string> ReadAnswerAsync(NetworkStream stream)
    {
        var answer = new StringBuilder();
        byte[] buffer = new byte[1000];
        for (int length; !answer.ToString().EndsWith("(read_idle_timeout)", StringComparison.Ordinal) && (length = await stream.ReadAsync(buffer)) > 0;)
            answer.Append(Encoding.Latin1.GetString(buffer, 0, length));
        return answer.ToString();
    }

    private static PipeReader ReaderOf(byte[] body) => PipeReader.Create(new System.Buffers.ReadOnlySequence<byte>(body));

    private static PiecedContent BodyOf(Way way) =>
        PiecedContent.Of(way == Way.Grpc ? OtlpRequests.Frame(Request) : Request, Pieces, tellsLength: way == Way.HttpWithLength);

    private static async Task<string> SendAsync(ReceiverHarness harness, Way way, PiecedContent body) => way == Way.Grpc
        ? (await harness.CallAsync(OtlpServices.GrpcPathOf(Signal.Traces), body, "application/grpc", [])).Code.ToString()!
        : (await harness.PostAsync("/v1/traces", body)).Status.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Sends a piece, and lets time pass once the receiver has noticed a piece: this one, or the one before.</summary>
    private async Task SendPieceAsync(PiecedContent body, TimeSpan pause)
    {
        int reads = _time.Reads;
        body.Send();
        await Eventually.Holds(() => _time.Reads > reads);
        _time.Fake.Advance(pause);
    }
}
