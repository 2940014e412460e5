using System.Net;
using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.OtlpModel;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>Three balancers that know nothing of each other, in front of the same backends.</summary>
public sealed class ReplicaTests(ITestOutputHelper output)
{
    private const string Name = "replicas.e2e.internal";
    private const string Fingerprint = "orleanslb_ring_fingerprint";
    private const int Replicas = 3;
    private const int Backends = 6;
    private const int Steps = 6;

    [Fact]
    public async Task Replicas_that_lived_through_different_changes_send_every_trace_to_one_backend()
    {
        var random = new Random(TestSeed.Choose(output.WriteLine));
        var backends = new List<MockBackend>();
        for (int i = 0; i < Backends; i++)
            backends.Add(await MockBackend.StartAsync(IPAddress.Parse($"127.0.0.{i + 1}"), backends.Count == 0 ? 0 : backends[0].Port));
        var traces = new TraceFactory();
        using var hosts = new HostsFile(Name, [.. backends[..3]]);
        var balancers = new OrleansLbProcess[Replicas];
        try
        {
            for (int i = 0; i < Replicas; i++)
                balancers[i] = await StartAsync(backends[0].Port, hosts);
            await AgreeAsync(balancers, backends: 3, formerly: 0);
            var present = backends.Take(3).ToHashSet();
            for (int step = 0; step < Steps; step++)
            {
                double formerly = await balancers[0].MetricAsync(Fingerprint);
                present = Drawn(random, backends, present);
                hosts.Write([.. present]);
                int restarted = step % 2 == 0 ? random.Next(Replicas) : -1;
                if (restarted >= 0)
                {
                    await balancers[restarted].DisposeAsync();
                    balancers[restarted] = await StartAsync(backends[0].Port, hosts);
                }

                await AgreeAsync(balancers, present.Count, formerly);
                await SendPiecemealAsync(balancers, traces);
                var all = backends.ToArray();
                await MockBackend.UntilAsync(() => Delivered.SpanCount(all) >= traces.SpanIds.Count, "all spans", all);
            }

            Delivered.EverySpanOnce(traces.SpanIds, [.. backends]);
            Delivered.EveryTraceAtOneBackend([.. backends]);
        }
        finally
        {
            foreach (var balancer in balancers.Where(static balancer => balancer is not null))
                await balancer.DisposeAsync();
            foreach (var backend in backends)
                await backend.DisposeAsync();
        }
    }

    [Fact]
    public async Task Replicas_agree_on_weights_however_their_lists_are_ordered()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        await using var c = await MockBackend.StartAsync();
        string[] entries = [$"\"{a.Endpoint};weight=3\"", $"\"{b.Endpoint}\"", $"\"{c.Endpoint};weight=0\""];
        await using var one = await OrleansLbProcess.RunAsync(Configurations.Balancer([], resolver: Static(entries)));
        await using var other = await OrleansLbProcess.RunAsync(Configurations.Balancer([], resolver: Static([.. entries.Reverse()])));
        await using var third = await OrleansLbProcess.RunAsync(Configurations.Balancer([], resolver: Static([entries[0].Replace("=3", "=2", StringComparison.Ordinal), .. entries[1..]])));
        await AgreeAsync([one, other], backends: 3, formerly: 0);
        await third.MetricReachesAsync(1, Fingerprint);
        Assert.NotEqual(await one.MetricAsync(Fingerprint), await third.MetricAsync(Fingerprint));

        var traces = new TraceFactory();
        await SendPiecemealAsync([one, other], traces);
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b, c) >= traces.SpanIds.Count, "all spans", a, b, c);
        Delivered.EveryTraceAtOneBackend(a, b, c);
        Assert.Equal(0, c.Attempts);
    }

    private static string Static(string[] entries) => $"static {{\nhostnames = [{string.Join(", ", entries)}]\n}}";

    /// <summary>Other backends than before, at least two.</summary>
    private static HashSet<MockBackend> Drawn(Random random, List<MockBackend> backends, HashSet<MockBackend> before)
    {
        HashSet<MockBackend> drawn;
        do
            drawn = [.. random.GetItems(backends.ToArray(), Backends)];
        while (drawn.Count < 2 || drawn.SetEquals(before));
        return drawn;
    }

    /// <summary>A span of each trace to every replica, each request by itself.</summary>
    private static async Task SendPiecemealAsync(OrleansLbProcess[] balancers, TraceFactory traces)
    {
        ExportTraceServiceRequest? request = null;
        foreach (var balancer in balancers)
        {
            using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
            request = request is null ? traces.Request(traces: 400, spansPerTrace: 1) : traces.More(request);
            Assert.Equal(0, (await client.ExportAsync(request)).Status);
        }
    }

    /// <summary>Asks all of them until they have so many backends and one fingerprint; the asking itself is the pause.</summary>
    private static async Task AgreeAsync(OrleansLbProcess[] balancers, int backends, double formerly)
    {
        using var limit = new CancellationTokenSource(Patience.Long);
        while (true)
        {
            var fingerprints = new HashSet<double>();
            bool complete = true;
            foreach (var balancer in balancers)
            {
                complete &= await balancer.MetricAsync("otelcol_loadbalancer_num_backends") == backends;
                fingerprints.Add(await balancer.MetricAsync(Fingerprint));
            }

            if (complete && fingerprints.Count == 1 && !fingerprints.Contains(formerly) && !fingerprints.Contains(0))
                return;
            Assert.False(limit.IsCancellationRequested, $"fingerprints {string.Join(", ", fingerprints)} instead of one that is not {formerly}");
            await Task.Yield();
        }
    }

    private static Task<OrleansLbProcess> StartAsync(int port, HostsFile hosts) => OrleansLbProcess.RunAsync(
        Configurations.Balancer(
            [], exporter: "debounce = \"0s\"", resolver: $"dns {{\nhostname = \"{Name}\"\nport = \"{port}\"\ninterval = \"100ms\"\n}}"),
        "--dns.hosts-file", hosts.Path);
}
