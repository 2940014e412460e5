using OrleansLb.EndToEnd.Tests.Infrastructure;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>Clients give up by the thousand while their calls wait for room: that costs the other calls of their connection nothing.</summary>
public sealed class CancelledCallsTests
{
    private const int Waves = 40;
    private const int CallsInWave = 80;
    private const int WavesPerHealthyCall = 4;

    [Fact]
    public async Task Thousands_of_cancelled_calls_on_one_connection_cost_its_other_calls_nothing()
    {
        await using var backend = await MockBackend.StartAsync();
        backend.Script = static _ => Reply.Never;
        await using var balancer = await OrleansLbProcess.RunAsync(
            Configurations.Balancer([backend], otlp: "queue {\nqueue_size = 2\nnum_consumers = 1\nblock_on_overflow = true\n}"));
        int connections = 0;
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"), () => Interlocked.Increment(ref connections));
        var kept = new TraceFactory(seed: 1);
        var given = new TraceFactory(seed: 2);
        for (int i = 0; i < 2; i++)
            Assert.Equal(0, (await client.ExportAsync(kept.Request(traces: 10))).Status);

        var healthy = new List<Task>();
        for (int wave = 0; wave < Waves; wave++)
        {
            if (wave % WavesPerHealthyCall == 0)
            {
                double before = await PayloadAsync(balancer);
                healthy.Add(UntilAcceptedAsync(client, kept.Request(traces: 10)));
                await balancer.MetricReachesAsync(before + 1, "orleanslb_memory_used_bytes", "kind=\"payload\"");
            }

            await CancelWhileTheyWaitAsync(balancer, client, given);
        }

        Assert.DoesNotContain(healthy, static call => call.IsCompleted);
        backend.Script = static _ => Reply.Ok;
        await backend.BreakSilenceAsync();
        await Task.WhenAll(healthy).WaitAsync(Patience.Long);

        // a GOAWAY, or ENHANCE_YOUR_CALM, would have had the client connect again
        Assert.Equal(1, connections);
        await balancer.MetricFallsToAsync(0, "otelcol_exporter_queue_size");
        await balancer.MetricFallsToAsync(0, "orleanslb_memory_used_bytes", "kind=\"payload\"");
        Delivered.EverySpanOnce(kept.SpanIds, backend);

        // but for a few whose bodies were still on their way when their client gave up
        double cancelled = await balancer.MetricAsync("orleanslb_receiver_refused_items_total", "reason=\"cancelled\"");
        Assert.InRange(cancelled, given.SpanIds.Count * 0.95, given.SpanIds.Count);
    }

    private static Task<double> PayloadAsync(OrleansLbProcess balancer) => balancer.MetricAsync("orleanslb_memory_used_bytes", "kind=\"payload\"");

    // A wave of calls, each of which is seen to be held by the program before its client gives up, and to be let go after that.
    private static async Task CancelWhileTheyWaitAsync(OrleansLbProcess balancer, RawClient client, TraceFactory traces)
    {
        double before = await PayloadAsync(balancer);
        var requests = Enumerable.Range(0, CallsInWave).Select(_ => traces.Request(traces: 10)).ToArray();
        using var givesUp = new CancellationTokenSource();
        Task[] calls = [.. requests.Select(request => client.ExportAsync(request, givesUp.Token))];
        await balancer.MetricReachesAsync(before + requests.Sum(static request => request.CalculateSize()), "orleanslb_memory_used_bytes", "kind=\"payload\"");
        await givesUp.CancelAsync();
        foreach (var call in calls)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await balancer.MetricFallsToAsync(before, "orleanslb_memory_used_bytes", "kind=\"payload\"");
    }

    // it may be told that there was no room in the time that it would wait, and nothing else
    private static async Task UntilAcceptedAsync(RawClient client, OtlpModel.ExportTraceServiceRequest request)
    {
        while (await client.ExportAsync(request) is { Status: not 0 } refused)
            Assert.Equal(14, refused.Status);
    }
}
