using System.Globalization;
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
        string configuration = Configurations.Balancer([a, b], otlp: "queue { storage = otelcol.storage.file.crash.handler }")
            + $$"""


              otelcol.storage.file "crash" {
                directory = "{{directory}}"
              }
              """;
        var acknowledged = new HashSet<string>();
        int killedEarly = 0;
        int refusals = 0;
        for (int round = 0; round < rounds; round++)
        {
            if (random.Next(5) == 0)
            {
                // while it finds out what the last one has left
                killedEarly++;
                await using var starting = await OrleansLbProcess.LaunchAsync(configuration);
                await starting.AdminAsync();
                await starting.KillAsync();
            }

            await using var balancer = await OrleansLbProcess.RunAsync(configuration);
            await using var traffic = new Traffic(await balancer.ReceiverAsync("grpc"), Clients, firstSeed: 1 + (round * Clients));
            int enough = random.Next(1, 150);
            await Eventually.Holds(() => traffic.Requests >= enough);
            await balancer.KillAsync();
            await traffic.StopAsync();
            acknowledged.UnionWith(traffic.Acknowledged);
            refusals += traffic.Refusals;
        }

        b.Script = static _ => Reply.Ok;
        await using var last = await OrleansLbProcess.RunAsync(configuration);
        await last.MetricFallsToAsync(0, "otelcol_exporter_queue_size");
        await MockBackend.UntilAsync(() => acknowledged.IsSubsetOf(Received()), "everything that was acknowledged", a, b);
        await last.MetricFallsToAsync(0, "otelcol_exporter_queue_size");
        Assert.Equal(0, await last.MetricAsync("orleanslb_quarantined_segments_total"));

        var copies = a.Spans.Concat(b.Spans).GroupBy(static span => Convert.ToHexStringLower(span.SpanId.Span)).ToArray();
        int again = copies.Sum(static group => group.Count() - 1);
        int unacknowledged = copies.Count(group => !acknowledged.Contains(group.Key));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{rounds} kills under load and {killedEarly} at the start: {acknowledged.Count} spans acknowledged, all arrived; {again} came again ({again / (double)rounds:0.0} a kill), {unacknowledged} arrived that were not acknowledged: their request was cut off, or one of {refusals} that were refused in part"));
        Assert.NotEmpty(acknowledged);
        Directory.Delete(directory, recursive: true);

        HashSet<string> Received() => [.. a.Spans.Concat(b.Spans).Select(static span => Convert.ToHexStringLower(span.SpanId.Span))];
    }
}
