using OrleansLb.EndToEnd.Tests.Infrastructure;

namespace OrleansLb.EndToEnd.Tests;

public sealed class BatchingTests
{
    private const int Ok = 0;

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    public async Task Small_requests_become_few_large_ones_and_every_span_arrives_once(string compression)
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer(
            [a, b], otlp: "queue {\nbatch {\nmin_size = 60\nmax_size = 60\nflush_timeout = \"300ms\"\n}\n}", client: $"compression = \"{compression}\""));
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var traces = new TraceFactory();

        for (int i = 0; i < 100; i++)
            Assert.Equal(Ok, (await client.ExportAsync(traces.Request(traces: 4))).Status);
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b) >= traces.SpanIds.Count, "all spans delivered", a, b);

        Delivered.EverySpanOnce(traces.SpanIds, a, b);
        Delivered.EveryTraceAtOneBackend(a, b);
        Assert.InRange(a.Attempts + b.Attempts, 1, 60);
        Assert.All(a.Accepted.Concat(b.Accepted), static delivery => Assert.InRange(delivery.Spans.Count(), 1, 60));
    }

    [Fact]
    public async Task A_client_with_bad_data_hears_of_it_and_the_others_in_its_batch_do_not()
    {
        await using var backend = await MockBackend.StartAsync();
        var bad = new TraceFactory(seed: 2);
        var badRequest = bad.Request(traces: 1);
        backend.Script = delivery => delivery.Spans.Any(span => bad.SpanIds.Contains(Convert.ToHexStringLower(span.Span.SpanId.Span)))
            ? Reply.InvalidArgument
            : Reply.Ok;
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer(
            [backend], otlp: "queue {\nwait_for_result = true\nbatch {\nmin_size = 9\nflush_timeout = \"10s\"\n}\n}"));
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var good = new TraceFactory();

        var answers = await Task.WhenAll(
            client.ExportAsync(good.Request(traces: 1)), client.ExportAsync(badRequest), client.ExportAsync(good.Request(traces: 1)));

        Assert.Equal([Ok, Ok], [answers[0].Status, answers[2].Status]);
        Assert.NotEqual(Ok, answers[1].Status);
        Assert.Contains("poison", answers[1].Message, StringComparison.Ordinal);
        Delivered.EverySpanOnce(good.SpanIds, backend);
    }
}
