using System.Globalization;
using OrleansLb.EndToEnd.Tests.Histories;
using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.EndToEnd.Tests;

/// <summary><c>kill -9</c> of the whole program under load, again and again on one store.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    /// <summary>The environment variable with the number of kills, for the long form.</summary>
    private const string RoundsVariable = "ORLEANSLB_CRASH_ROUNDS";
    private const int Clients = 4;

    /// <summary>How long ago something may have been delivered that the store does not know of: it is written with the next segment, or after 250 ms.</summary>
    private static readonly TimeSpan StoringTime = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Everything_that_was_acknowledged_before_a_kill_arrives()
    {
        int rounds = int.TryParse(Environment.GetEnvironmentVariable(RoundsVariable), CultureInfo.InvariantCulture, out int given) ? given : 20;
        var random = new Random(TestSeed.Choose(output.WriteLine));
        string directory = Directory.CreateTempSubdirectory("orleanslb-crash-").FullName;
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        // one backend is in trouble half of the time, so that there is something queued at every kill
        b.Script = _ => Random.Shared.Next(2) == 0 ? Reply.Unavailable : Reply.Ok;
        var recorder = new HistoryRecorder(TimeProvider.System);
        recorder.BeginsWith(recorder.Watch(a), recorder.Watch(b));
        int killedEarly = 0;
        for (int round = 0; round < rounds; round++)
        {
            // all is stored at once; what is quickly delivered is not; hardly anything is
            string configuration = Configuration(random.GetItems(["0s", "20ms", "300ms"], 1)[0]);
            if (random.Next(5) == 0)
            {
                // while it finds out what the last one has left
                killedEarly++;
                await using var starting = await OrleansLbProcess.LaunchAsync(configuration);
                await starting.AdminAsync();
                await KillAsync(starting);
            }

            var from = recorder.Now;
            await using var balancer = await OrleansLbProcess.RunAsync(configuration);
            int life = recorder.Starts(isDurable: true, from, CounterScrape.Parse(await balancer.MetricsPageAsync()));
            await using var traffic = new Traffic(await balancer.ReceiverAsync("grpc"), Clients, firstSeed: 1 + (round * Clients), recorder, life);
            int enough = random.Next(1, 150);
            await Eventually.Holds(() => traffic.Requests >= enough);
            await KillAsync(balancer);
            await traffic.StopAsync();
            recorder.Ends(life, last: null, killed: true);
        }

        b.Script = static _ => Reply.Ok;
        await using var last = await OrleansLbProcess.RunAsync(Configuration("20ms"));
        await recorder.SettleAsync(Patience.Long);
        await last.MetricFallsToAsync(0, "otelcol_exporter_queue_size");
        Assert.Equal(0, await last.MetricAsync("orleanslb_quarantined_segments_total"));

        var verdict = HistoryChecker.Check(recorder.ToHistory(new HistoryRules()));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{rounds} kills under load and {killedEarly} at the start; {verdict.Copies / (double)rounds:0.0} copies a kill, {verdict.Unacknowledged} items arrived that were not acknowledged: their request was cut off, or refused in part\n{verdict}"));
        Assert.True(verdict.Holds, verdict.ToString());
        Assert.NotEqual(0, verdict.Acknowledged);
        Directory.Delete(directory, recursive: true);

        string Configuration(string storeAfter) =>
            Configurations.Balancer([a, b], otlp: $"queue {{\nstorage = otelcol.storage.file.crash.handler\nstore_after = \"{storeAfter}\"\n}}")
            + $$"""


              otelcol.storage.file "crash" {
                directory = "{{directory}}"
              }
              """;

        async Task KillAsync(OrleansLbProcess balancer)
        {
            var isOver = recorder.Disturbing(null, StoringTime, "killed");
            await balancer.KillAsync();
            isOver();
        }
    }
}
