using System.Net.Sockets;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Ingress.Tests.Receivers;

public sealed class StopTests
{
    [Fact]
    public async Task Running_calls_finish_and_new_connections_are_refused()
    {
        var asked = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        var consumer = new RecordingConsumer(async (_, _) =>
        {
            asked.TrySetResult();
            await answer.Task;
            return ConsumeResult.Accepted;
        });
        await using var harness = await ReceiverHarness.StartAsync(consumer);
        var grpc = harness.Grpc;
        var call = harness.CallAsync(Signal.Traces, OtlpRequests.Frame(OtlpRequests.Of(Signal.Traces, 2)));
        await asked.Task;
        var stopping = harness.Receiver.StopAsync();
        await DeadlineTests.WaitUntil(() => IsRefused(grpc));
        Assert.False(call.IsCompleted);
        Assert.False(stopping.IsCompleted);
        answer.SetResult();

        Assert.Equal(GrpcStatusCode.Ok, (await call).Code);
        await stopping;
    }

    private static bool IsRefused(System.Net.IPEndPoint endpoint)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(endpoint);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
