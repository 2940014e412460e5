using System.Diagnostics;
using System.Globalization;
using System.Net;
using Google.Protobuf;
using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>The whole program under a small memory limit, while nobody takes what it has to deliver.</summary>
public sealed class MemoryLimitTests(ITestOutputHelper output)
{
    /// <summary>The environment variable with the seconds that clients push, for the long form: 300.</summary>
    private const string SecondsVariable = "ORLEANSLB_MEMORY_SECONDS";
    private const int Unavailable = 14;
    private const int Backends = 3;
    private const int SpansPerTrace = 10;
    private const long MiB = 1 << 20;

    private const long Limit = 256 * MiB;

    [Fact]
    public async Task With_all_backends_black_holed_and_clients_at_full_speed_the_process_stays_within_its_memory_and_loses_nothing()
    {
        int seconds = int.TryParse(Environment.GetEnvironmentVariable(SecondsVariable), CultureInfo.InvariantCulture, out int given) ? given : 20;
        BlackHole[] holes = [.. Enumerable.Range(0, Backends).Select(static _ => new BlackHole())];
        await using var balancer = await OrleansLbProcess.RunAsync(Configuration(holes), "--memory-limit", $"{Limit / MiB}MiB");
        var receiver = await balancer.ReceiverAsync("grpc");
        await using var clients = new FullSpeedClients(receiver, connections: 8, callsPerConnection: 8, SpansPerTrace);
        using var probe = new RawClient(receiver);

        var began = Stopwatch.StartNew();
        await Eventually.Holds(() => clients.Refusals > 0);
        var longest = TimeSpan.Zero;
        while (began.Elapsed < TimeSpan.FromSeconds(seconds))
        {
            var refusal = await probe.ExportAsync(new TraceFactory().Request(traces: 1));
            if (refusal.Status != 0)
            {
                Assert.Equal(Unavailable, refusal.Status);
                Assert.InRange(refusal.RetryDelay ?? TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
                longest = refusal.RetryDelay > longest ? refusal.RetryDelay.Value : longest;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }

        Assert.InRange(longest, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(30));
        await AssertRefusedOverHttpAsync(await balancer.ReceiverAsync("http"));
        await clients.StopAsync();
        Assert.False(balancer.HasExited, balancer.Log);
        Assert.Empty(clients.Troubles);
        long peak = balancer.PeakResidentBytes;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{seconds} s: {peak / (double)MiB:0.0} MiB resident at most, {clients.Acknowledged} requests acknowledged, {clients.Refusals} refused, the longest delay {longest.TotalSeconds:0} s"));
        Assert.InRange(peak, 0, Limit);

        var backends = new List<MockBackend>();
        foreach (var hole in holes)
        {
            await hole.DisposeAsync();
            backends.Add(await MockBackend.StartAsync(port: hole.Port));
        }

        await balancer.MetricFallsToAsync(0, "otelcol_exporter_queue_size");
        Assert.Equal(0, await balancer.MetricAsync("orleanslb_dropped_items_total"));
        var received = backends.SelectMany(static backend => backend.Spans).CountBy(static span => Convert.ToHexStringLower(span.TraceId.Span)).ToDictionary();
        Assert.NotEqual(0, clients.Acknowledged);
        Assert.All(clients.Traces(), trace => Assert.True(received.GetValueOrDefault(trace) >= SpansPerTrace, $"trace {trace}: {received.GetValueOrDefault(trace)} spans"));

        // nobody holds anything any more, and whoever comes is welcome
        await balancer.MetricFallsToAsync(0, "orleanslb_memory_used_bytes", "kind=\"payload\"");
        Assert.Equal(0, (await probe.ExportAsync(new TraceFactory(2).Request(traces: 1))).Status);
        foreach (var backend in backends)
            await backend.DisposeAsync();
    }

    private static async Task AssertRefusedOverHttpAsync(Uri receiver)
    {
        using var client = new HttpClient();
        await Eventually.Holds(async () =>
        {
            using var body = new ByteArrayContent(new TraceFactory(3).Request(traces: 1000).ToByteArray()) { Headers = { ContentType = new("application/x-protobuf") } };
            using var answer = await client.PostAsync(new Uri(receiver, "/v1/traces"), body);
            return answer.StatusCode == HttpStatusCode.ServiceUnavailable && answer.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1);
        });
    }

    private static string Configuration(IEnumerable<BlackHole> backends) => $$"""
        otelcol.receiver.otlp "default" {
          grpc { endpoint = "127.0.0.1:0" }
          http { endpoint = "127.0.0.1:0" }
          output { traces = [otelcol.exporter.loadbalancing.default.input] }
        }

        otelcol.exporter.loadbalancing "default" {
          resolver {
            static { hostnames = [{{string.Join(", ", backends.Select(static backend => $"\"{backend.Endpoint}\""))}}] }
          }
          protocol {
            otlp {
              timeout = "2s"
              queue { queue_size = 1000000 }
              retry {
                initial_interval = "100ms"
                max_interval     = "1s"
                max_elapsed_time = "0s"
              }
              client {
                tls { insecure = true }
              }
            }
          }
        }
        """;
}
