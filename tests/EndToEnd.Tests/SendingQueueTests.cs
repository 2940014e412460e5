using System.Globalization;
using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>The queue before the split, with real processes.</summary>
public sealed class SendingQueueTests(ITestOutputHelper output)
{
    private const int Clients = 4;
    private const string QuickRetries = "retry_on_failure {\ninitial_interval = \"50ms\"\nmax_interval = \"200ms\"\n}\n";

    [Fact]
    public async Task Clients_are_answered_while_a_backend_is_down_and_every_span_arrives_once_when_it_is_back()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        bool down = true;
        b.Script = _ => Volatile.Read(ref down) ? Reply.Unavailable : Reply.Ok;
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer(
            [a, b], exporter: QuickRetries + "sending_queue { }", otlp: "queue {\nenabled = false\n}", retries: false));
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var traces = new TraceFactory();

        for (int i = 0; i < 8; i++)
            Assert.Equal(0, (await client.ExportAsync(traces.Request(traces: 30))).Status);
        Assert.Equal(8, await balancer.MetricAsync("otelcol_exporter_queue_size", "data_type=\"traces\""));
        Volatile.Write(ref down, false);

        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b) >= traces.SpanIds.Count, "every span", a, b);
        await balancer.MetricFallsToAsync(0, "otelcol_exporter_queue_size");
        Delivered.EverySpanOnce(traces.SpanIds, a, b);
        Delivered.EveryTraceAtOneBackend(a, b);
    }

    [Fact]
    public async Task A_shutdown_delivers_what_is_in_both_queues()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        int refusals = 40;
        b.Script = _ => Interlocked.Decrement(ref refusals) >= 0 ? Reply.Unavailable : Reply.Ok;
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([a, b], exporter: QuickRetries + "sending_queue { }"));
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var traces = new TraceFactory();
        for (int i = 0; i < 20; i++)
            Assert.Equal(0, (await client.ExportAsync(traces.Request(traces: 30))).Status);

        balancer.Terminate();

        Assert.Equal(0, await balancer.ExitAsync());
        Delivered.EverySpanOnce(traces.SpanIds, a, b);
    }

    [Theory]
    [InlineData("")]
    [InlineData("queue {\nenabled = false\n}")]
    public async Task A_stored_queue_keeps_over_a_restart_what_was_not_delivered_and_nothing_that_was(string slots)
    {
        string directory = Directory.CreateTempSubdirectory("orleanslb-top-").FullName;
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        b.Script = static _ => Reply.Unavailable;
        string configuration = Stored([a, b], slots, directory);
        var traces = new TraceFactory();
        await using (var balancer = await OrleansLbProcess.RunAsync(configuration, "--shutdown-timeout=4s"))
        {
            using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
            for (int i = 0; i < 20; i++)
                Assert.Equal(0, (await client.ExportAsync(traces.Request(traces: 30))).Status);
            balancer.Terminate();
            Assert.Equal(0, await balancer.ExitAsync());
        }

        b.Script = static _ => Reply.Ok;
        await using var next = await OrleansLbProcess.RunAsync(configuration);

        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b) >= traces.SpanIds.Count, "every span", a, b);
        await next.MetricFallsToAsync(0, "otelcol_exporter_queue_size");
        Delivered.EverySpanOnce(traces.SpanIds, a, b);
        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("queue {\nenabled = false\n}")]
    public async Task Everything_that_was_acknowledged_before_a_kill_arrives_from_a_stored_queue(string slots)
    {
        var random = new Random(TestSeed.Choose(output.WriteLine));
        string directory = Directory.CreateTempSubdirectory("orleanslb-top-").FullName;
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        b.Script = _ => Random.Shared.Next(2) == 0 ? Reply.Unavailable : Reply.Ok;
        string configuration = Stored([a, b], slots, directory);
        var acknowledged = new HashSet<string>();
        const int Rounds = 5;
        for (int round = 0; round < Rounds; round++)
        {
            await using var balancer = await OrleansLbProcess.RunAsync(configuration);
            await using var traffic = new Traffic(await balancer.ReceiverAsync("grpc"), Clients, firstSeed: 1 + (round * Clients));
            int enough = random.Next(20, 200);
            await Eventually.Holds(() => traffic.Requests >= enough);
            await balancer.KillAsync();
            await traffic.StopAsync();
            acknowledged.UnionWith(traffic.Acknowledged);
        }

        b.Script = static _ => Reply.Ok;
        await using var last = await OrleansLbProcess.RunAsync(configuration);
        await MockBackend.UntilAsync(() => acknowledged.IsSubsetOf(Received()), "everything that was acknowledged", a, b);
        await last.MetricFallsToAsync(0, "otelcol_exporter_queue_size");
        Assert.Equal(0, await last.MetricAsync("orleanslb_quarantined_segments_total"));
        Assert.Equal(0, await last.MetricAsync("orleanslb_dropped_items_total"));

        int copies = a.Spans.Concat(b.Spans).Count();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Rounds} kills: {acknowledged.Count} spans acknowledged, all arrived; {copies - Received().Count} came again"));
        Assert.NotEmpty(acknowledged);
        Directory.Delete(directory, recursive: true);

        HashSet<string> Received() => [.. a.Spans.Concat(b.Spans).Select(static span => Convert.ToHexStringLower(span.SpanId.Span))];
    }

    private static string Stored(IEnumerable<MockBackend> backends, string slots, string directory) =>
        Configurations.Balancer(
            backends, exporter: QuickRetries + "sending_queue {\nstorage = otelcol.storage.file.top.handler\nsizer = \"items\"\nqueue_size = 100000\n}", otlp: slots)
        + $$"""


          otelcol.storage.file "top" {
            directory = "{{directory}}"
          }
          """;
}
