using System.Diagnostics;
using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.OtlpModel;
using OrleansLb.Testing.Postgres;
using OrleansLb.Testing.Requirements;
using Xunit.Abstractions;

namespace OrleansLb.Cluster.Tests.Contract;

/// <summary>What becomes of the queues of a silo that goes, and of those of the others.</summary>
[RequiresPostgres]
public sealed class ClusterLanesTests(PostgresServer server, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    private const string Silos = "orleanslb_cluster_silos";
    private const string Dropped = "orleanslb_dropped_items_total";
    private const string PassedOn = "orleanslb_exporter_passed_on_items_total";
    private const int Requests = 40;

    [KitFact]
    public async Task A_silo_that_is_terminated_while_backends_are_down_loses_nothing_that_it_has_in_memory()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        Refuse(a, b);
        var cluster = new ClusterProcess("postgres", server.NewSchema(), [a, b]);
        await using var first = await cluster.StartAsync();
        await using var second = await cluster.StartAsync();
        await first.MetricReachesAsync(2, Silos);
        await second.MetricReachesAsync(2, Silos);
        var traces = new TraceFactory();
        await SendAsync(traces, first);
        await SendAsync(traces, second);

        long terminated = Stopwatch.GetTimestamp();
        first.Terminate();
        Assert.Equal(0, await first.ExitAsync());
        var stop = Stopwatch.GetElapsedTime(terminated);
        output.WriteLine($"ended after {stop.TotalSeconds:0.0} s");
        Assert.True(stop < TimeSpan.FromSeconds(10), $"{stop}\n{first.Log}");
        Assert.Contains("were passed on", first.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("not delivered before the shutdown timeout", first.Log, StringComparison.Ordinal);

        Take(a, b);
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b) >= traces.SpanIds.Count, "all spans of both", a, b);
        Delivered.EverySpanOnce(traces.SpanIds, a, b);
        Delivered.EveryTraceAtOneBackend(a, b);
        await StayedUntouchedAsync(second);
    }

    [KitFact]
    public async Task A_silo_that_is_killed_has_its_stored_queues_delivered_within_ten_seconds_of_its_being_declared_dead()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        Refuse(a, b);
        string schema = server.NewSchema();
        var cluster = new ClusterProcess(
            "postgres",
            schema,
            [a, b],
            otlp: "queue {\nstorage = orleanslb.storage.postgres.shared.handler\n}",
            components: $"\n\norleanslb.storage.postgres \"shared\" {{\nconnection_string = \"{schema}\"\n}}\n");
        await using var first = await cluster.StartAsync();
        await using var second = await cluster.StartAsync();
        await first.MetricReachesAsync(2, Silos);
        await second.MetricReachesAsync(2, Silos);
        var traces = new TraceFactory();
        await SendAsync(traces, first);
        await SendAsync(traces, second);

        await first.KillAsync();
        Take(a, b);
        await second.MetricFallsToAsync(1, Silos);
        long declared = Stopwatch.GetTimestamp();
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b) >= traces.SpanIds.Count, "all spans of both", a, b);
        var delivered = Stopwatch.GetElapsedTime(declared);
        await second.MetricFallsToAsync(0, "otelcol_exporter_queue_size");
        await SeriesOfOtherLanesEndAsync(second);
        var folded = Stopwatch.GetElapsedTime(declared);

        output.WriteLine($"delivered {delivered.TotalSeconds:0.0} s and folded up {folded.TotalSeconds:0.0} s after the declaration");
        Assert.True(folded < TimeSpan.FromSeconds(10), $"{folded}");
        Delivered.EverySpanOnce(traces.SpanIds, a, b);
        Delivered.EveryTraceAtOneBackend(a, b);
        await StayedUntouchedAsync(second);
    }

    [KitFact]
    public async Task Queues_in_files_of_one_machine_are_refused_with_their_place()
    {
        await using var a = await MockBackend.StartAsync();
        var cluster = new ClusterProcess(
            "postgres",
            server.NewSchema(),
            [a],
            otlp: "queue {\nstorage = otelcol.storage.file.queue.handler\n}",
            components: "\n\notelcol.storage.file \"queue\" { }\n");
        await using var silo = await cluster.LaunchAsync();

        Assert.Equal(1, await silo.ExitAsync());
        Assert.Matches(@"Error: \S+:\d+:\d+: otelcol\.storage\.file\.queue belongs to one machine, .* use orleanslb\.storage\.postgres", silo.Log);
    }

    private static void Refuse(params MockBackend[] backends) => Array.ForEach(backends, static backend => backend.Script = static _ => Reply.Unavailable);

    private static void Take(params MockBackend[] backends) => Array.ForEach(backends, static backend => backend.Script = static _ => Reply.Ok);

    private static async Task SendAsync(TraceFactory traces, OrleansLbProcess silo)
    {
        using var limit = new CancellationTokenSource(Patience.Long);
        using var client = new RawClient(await silo.ReceiverAsync("grpc"));
        for (int request = 0; request < Requests; request++)
        {
            var answer = await client.ExportAsync(traces.Request(traces: 10), limit.Token);
            Assert.True(answer.Status == 0, $"{answer.Status}: {answer.Message}");
        }
    }

    // nothing left its queues but for its backends
    private static async Task StayedUntouchedAsync(OrleansLbProcess silo)
    {
        Assert.Equal(0, await silo.MetricAsync(Dropped));
        Assert.Equal(0, await silo.MetricAsync(PassedOn));
    }

    private static async Task SeriesOfOtherLanesEndAsync(OrleansLbProcess silo)
    {
        using var limit = new CancellationTokenSource(Patience.Long);
        while (true)
        {
            string page = await silo.MetricsPageAsync();
            var lanes = page.Split('\n').Where(static line => line.StartsWith("otelcol_exporter_queue_size{", StringComparison.Ordinal))
                .Select(static line => line[line.IndexOf("lane=", StringComparison.Ordinal)..].Split('"')[1]).Distinct();
            if (lanes.Count() == 1)
                return;
            await Task.Delay(100, limit.Token);
        }
    }
}
