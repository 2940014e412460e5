using System.Net.Sockets;
using System.Text;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Ingress.Tests.Receivers;

public sealed class FaultTests
{
    private static readonly byte[] Request = OtlpRequests.Of(Signal.Traces, 3);
    private readonly RecordingConsumer _consumer = new();

    [Fact]
    public async Task A_client_that_goes_away_in_the_middle_of_a_call_leaves_nothing_behind()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        using var leaving = new CancellationTokenSource();
        using var body = new StalledContent(OtlpRequests.Frame(Request).AsMemory(0, 20));
        var call = harness.CallAsync(OtlpServices.GrpcPathOf(Signal.Traces), body, "application/grpc", [], cancellation: leaving.Token);
        await DeadlineTests.WaitUntil(() => harness.Pool.Outstanding == 1);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await DeadlineTests.WaitUntil(() => harness.Meters.Sum("orleanslb_receiver_rejected_requests", "reason=aborted") == 1);

        // counted first, given back then
        await DeadlineTests.WaitUntil(() => harness.Pool.Outstanding == 0);
        Assert.Equal(GrpcStatusCode.Ok, (await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(Request))).Code);
    }

    [Fact]
    public async Task A_client_that_goes_away_in_the_middle_of_a_body_leaves_nothing_behind()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(harness.Http);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                "POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: 1000\r\n\r\npart"));
            await DeadlineTests.WaitUntil(() => harness.Pool.Outstanding == 1);
        }

        await DeadlineTests.WaitUntil(() => harness.Meters.Sum("orleanslb_receiver_rejected_requests", "reason=aborted") == 1);

        // counted first, given back then
        await DeadlineTests.WaitUntil(() => harness.Pool.Outstanding == 0);
    }

    [Fact]
    public async Task A_client_that_goes_away_cancels_what_the_consumer_does()
    {
        var asked = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        var waiting = new RecordingConsumer(async (_, cancellation) =>
        {
            asked.SetResult();
            await using var registration = cancellation.Register(cancelled.SetResult);
            await cancelled.Task;
            cancellation.ThrowIfCancellationRequested();
            return ConsumeResult.Accepted;
        });
        await using var harness = await ReceiverHarness.StartAsync(waiting);
        using var leaving = new CancellationTokenSource();
        using var body = new ByteArrayContent(OtlpRequests.Frame(Request));
        var call = harness.CallAsync(OtlpServices.GrpcPathOf(Signal.Traces), body, "application/grpc", [], cancellation: leaving.Token);
        await asked.Task;
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await cancelled.Task;
        await DeadlineTests.WaitUntil(() => harness.Meters.Sum("otelcol_receiver_refused_spans") == 3);

        // counted first, given back then
        await DeadlineTests.WaitUntil(() => harness.Pool.Outstanding == 0);
    }

    [Fact]
    public async Task A_consumer_that_throws_is_INTERNAL_and_logged_and_the_next_call_is_served()
    {
        var failing = new RecordingConsumer(static (_, _) => throw new InvalidOperationException("a bug"));
        using var logs = new CapturedLogs();
        await using var harness = await ReceiverHarness.StartAsync(failing, loggers: logs);

        var answer = await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(Request));
        Assert.Equal(GrpcStatusCode.Internal, answer.Code);
        Assert.DoesNotContain("a bug", answer.Message, StringComparison.Ordinal);
        Assert.Equal(500, (await harness.PostAsync("/v1/traces", new ByteArrayContent(Request))).Status);
        Assert.Equal(2, logs.Errors.Count(error => error is InvalidOperationException { Message: "a bug" }));
    }

    [Fact]
    public async Task Nothing_above_debug_is_logged_for_any_request()
    {
        using var logs = new CapturedLogs();
        await using var harness = await ReceiverHarness.StartAsync(_consumer, loggers: logs);
        await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(Request));
        await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(Request, flag: 9));
        await harness.CallAsync("/nothing", new ByteArrayContent(Request), "application/grpc", [("grpc-timeout", "x")]);
        await harness.PostAsync("/v1/traces", new ByteArrayContent([0xFF]));
        Assert.Equal("", string.Join("\n", logs.AboveDebug));
    }

    [Fact]
    public async Task Connections_that_speak_no_HTTP_do_no_harm()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        foreach (var endpoint in new[] { harness.Grpc, harness.Http })
        {
            using var client = new TcpClient();
            await client.ConnectAsync(endpoint);
            var stream = client.GetStream();
            await stream.WriteAsync(new byte[] { 0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3 });
            client.Client.Shutdown(SocketShutdown.Send);
            byte[] answer = new byte[4096];
            while (await ReadOrEnd(stream, answer) > 0)
            {
            }
        }

        Assert.Equal(GrpcStatusCode.Ok, (await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(Request))).Code);
        Assert.Equal(200, (await harness.PostAsync("/v1/traces", new ByteArrayContent(Request))).Status);
    }

    private static async Task<int> ReadOrEnd(NetworkStream stream, byte[] into)
    {
        try
        {
            return await stream.ReadAsync(into);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
