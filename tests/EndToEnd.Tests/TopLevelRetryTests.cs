using OrleansLb.EndToEnd.Tests.Infrastructure;

namespace OrleansLb.EndToEnd.Tests;

public sealed class TopLevelRetryTests
{
    [Fact]
    public async Task A_backend_that_fails_for_a_while_costs_the_others_no_duplicate_and_the_client_no_error()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        await using var c = await MockBackend.StartAsync();
        int refusals = 20;
        b.Script = _ => Interlocked.Decrement(ref refusals) >= 0 ? Reply.Unavailable : Reply.Ok;
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer(
            [a, b, c],
            exporter: "retry_on_failure {\ninitial_interval = \"50ms\"\nmax_interval = \"200ms\"\n}",
            otlp: "queue {\nenabled = false\n}",
            retries: false));
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var traces = new TraceFactory();

        for (int i = 0; i < 5; i++)
            Assert.Equal(0, (await client.ExportAsync(traces.Request(traces: 30))).Status);

        Delivered.EverySpanOnce(traces.SpanIds, a, b, c);
        Delivered.EveryTraceAtOneBackend(a, b, c);
        Assert.Equal(5, a.Attempts);
        Assert.Equal(5, c.Attempts);
        Assert.Equal(5 + 20, b.Attempts);
    }
}
