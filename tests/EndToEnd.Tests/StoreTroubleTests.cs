using OrleansLb.EndToEnd.Tests.Histories;
using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.Testing;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>The running program on a store that is damaged, full or not to be written.</summary>
public sealed class StoreTroubleTests
{
    private const int Requests = 20;

    [Fact]
    public async Task A_flipped_and_a_torn_segment_are_put_aside_and_counted_and_everything_else_arrives()
    {
        string directory = Directory.CreateTempSubdirectory("orleanslb-damage-").FullName;
        await using var backend = await MockBackend.StartAsync();
        backend.Script = static _ => Reply.Unavailable;
        string configuration = WithStore([backend], directory);
        TraceFactory[] requests = [.. Enumerable.Range(1, Requests).Select(static seed => new TraceFactory(seed))];

        await using (var first = await OrleansLbProcess.RunAsync(configuration, "--shutdown-timeout", "1s"))
        {
            // one request after the other, to one backend: a segment each
            using var client = new RawClient(await first.ReceiverAsync("grpc"));
            foreach (var request in requests)
                Assert.Equal(0, (await client.ExportAsync(request.Request(traces: 5))).Status);
            first.Terminate();
            Assert.Equal(0, await first.ExitAsync());
        }

        string file = Path.Combine(directory, "orleanslb.db");
        byte[] stored = await File.ReadAllBytesAsync(file);
        Damage(stored, requests[3], static bytes => bytes[0] ^= 0x10);
        Damage(stored, requests[11], static bytes => bytes[..60].Clear());
        await File.WriteAllBytesAsync(file, stored);
        backend.Script = static _ => Reply.Ok;

        await using var second = await OrleansLbProcess.RunAsync(configuration);
        using var later = new RawClient(await second.ReceiverAsync("grpc"));
        var more = new TraceFactory(seed: Requests + 1);
        Assert.Equal(0, (await later.ExportAsync(more.Request(traces: 5))).Status);
        HashSet<string> whole = [.. requests.Where(static (_, i) => i is not (3 or 11)).Append(more).SelectMany(static request => request.SpanIds)];
        await MockBackend.UntilAsync(() => Delivered.SpanCount(backend) >= whole.Count, "what is whole", backend);

        Delivered.EverySpanOnce(whole, backend);
        Assert.Equal(2, await second.MetricAsync("orleanslb_quarantined_segments_total"));
        await second.MetricFallsToAsync(0, "otelcol_exporter_queue_size");
        second.Terminate();
        Assert.Equal(0, await second.ExitAsync());
        Directory.Delete(directory, recursive: true);
    }

    [SmallDiskFact]
    public async Task A_full_disk_refuses_with_a_delay_keeps_what_it_took_and_takes_more_when_there_is_room()
    {
        string directory = Directory.CreateTempSubdirectory("orleanslb-full-").FullName;
        var recorder = new HistoryRecorder(TimeProvider.System);
        await using var backend = await MockBackend.StartAsync();
        recorder.BeginsWith(recorder.Watch(backend));
        backend.Script = static _ => Reply.Unavailable;
        await using var balancer = await OrleansLbProcess.LaunchWithDiskAsync(directory, "size=24m", WithStore([backend], directory, "queue_size = 100000"));
        await balancer.ReadyAsync();
        int life = recorder.Starts(isDurable: true, TimeSpan.Zero, CounterScrape.Parse(await balancer.MetricsPageAsync()));
        using var client = new RecordedClient(await balancer.ReceiverAsync("grpc"), life, recorder);
        var traces = new TraceFactory();

        // 60 KB each: the disk is full after a hundred or so
        for (int round = 0; round < 2; round++)
        {
            var answer = AttemptOutcome.Acknowledged;
            for (int i = 0; i < 2000 && answer == AttemptOutcome.Acknowledged; i++)
                answer = await client.ExportAsync(traces.Request(traces: 30, spansPerTrace: 2, name: new string('x', 1000)));
            Assert.Equal(AttemptOutcome.RefusedForNow, answer);
            backend.Script = static _ => Reply.Ok;
            await balancer.MetricFallsToAsync(0, "otelcol_exporter_queue_size");
            backend.Script = static _ => Reply.Unavailable;
        }

        recorder.Ends(life, CounterScrape.Parse(await balancer.MetricsPageAsync()), killed: false);
        var verdict = HistoryChecker.Check(recorder.ToHistory(new HistoryRules()));
        Assert.True(verdict.Holds, verdict.ToString());
        Assert.InRange(verdict.Acknowledged, 2 * 30 * 60, 2 * 2000 * 60);
        await balancer.KillAsync();
        Directory.Delete(directory, recursive: true);
    }

    [SmallDiskFact]
    public async Task A_directory_that_cannot_be_written_keeps_the_program_from_starting_and_is_named()
    {
        string directory = Directory.CreateTempSubdirectory("orleanslb-readonly-").FullName;
        await using var backend = await MockBackend.StartAsync();
        await using var balancer = await OrleansLbProcess.LaunchWithDiskAsync(directory, "ro", WithStore([backend], directory));

        Assert.Equal(1, await balancer.ExitAsync());
        Assert.Contains("otelcol.storage.file.queues", balancer.Log, StringComparison.Ordinal);
        Assert.Contains(directory, balancer.Log, StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("batch {\nmin_size = 100\nmax_size = 150\nflush_timeout = \"100ms\"\n}")]
    public async Task What_is_delivered_while_the_program_shuts_down_does_not_come_again_after_the_next_start(string batch)
    {
        string directory = Directory.CreateTempSubdirectory("orleanslb-shutdown-").FullName;
        var recorder = new HistoryRecorder(TimeProvider.System);
        await using var silent = await MockBackend.StartAsync();
        await using var away = await MockBackend.StartAsync();
        recorder.BeginsWith(recorder.Watch(silent), recorder.Watch(away));
        silent.Script = static _ => Reply.Never;
        await away.StopServerAsync();
        string configuration = WithStore([silent, away], directory, batch);
        await using (var first = await OrleansLbProcess.RunAsync(configuration, "--shutdown-timeout", "6s"))
        {
            int life = recorder.Starts(isDurable: true, TimeSpan.Zero, first: null);
            using var client = new RecordedClient(await first.ReceiverAsync("grpc"), life, recorder);
            var traces = new TraceFactory();
            for (int i = 0; i < 50; i++)
                Assert.Equal(AttemptOutcome.Acknowledged, await client.ExportAsync(traces.Request(traces: 5)));

            // before the program is told to stop, which makes it try again at once: what it delivers in its last moments may come again
            await away.StartServerAsync();
            first.Terminate();
            Assert.Equal(0, await first.ExitAsync());
            recorder.Ends(life, last: null, killed: false);
        }

        int delivered = Delivered.SpanCount(away);
        Assert.NotEqual(0, delivered);
        // what the first program sent in its last moments and nobody has read yet goes with the connection
        await silent.StopServerAsync();
        silent.Script = static _ => Reply.Ok;
        await silent.StartServerAsync();
        await using var second = await OrleansLbProcess.RunAsync(configuration);
        await recorder.SettleAsync(Patience.Long);
        await second.MetricFallsToAsync(0, "otelcol_exporter_queue_size");

        var verdict = HistoryChecker.Check(recorder.ToHistory(new HistoryRules()));
        Assert.True(verdict.Holds, verdict.ToString());
        Assert.Equal(0, verdict.Copies);
        second.Terminate();
        Assert.Equal(0, await second.ExitAsync());
        Directory.Delete(directory, recursive: true);
    }

    private static string WithStore(MockBackend[] backends, string directory, string queue = "") =>
        Configurations.Balancer(backends, otlp: $"queue {{\nstorage = otelcol.storage.file.queues.handler\n{queue}\n}}")
        + $"\n\notelcol.storage.file \"queues\" {{\ndirectory = \"{directory}\"\n}}\n";

    private delegate void Damaging(Span<byte> bytes);

    // Wherever the file has the bytes of the request's first span, from there on; pages that are free by now do not matter.
    private static void Damage(byte[] stored, TraceFactory request, Damaging damage)
    {
        byte[] spanId = Convert.FromHexString(request.SpanIds.First());
        int found = 0;
        for (int at = stored.AsSpan().IndexOf(spanId); at >= 0;)
        {
            found++;
            damage(stored.AsSpan(at));
            int next = stored.AsSpan(at + 1).IndexOf(spanId);
            at = next < 0 ? next : at + 1 + next;
        }

        Assert.NotEqual(0, found);
    }
}
