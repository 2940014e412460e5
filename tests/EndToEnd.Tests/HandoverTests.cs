using System.Net;
using OrleansLb.EndToEnd.Tests.Infrastructure;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>What a scale-up under load does to traces that are under way, with <c>handover_window</c> and without.</summary>
public sealed class HandoverTests
{
    private const string Name = "backends.handover.internal";
    private const int Traces = 400;

    // one in three moves; five standard deviations are 47
    private const int FewestMoved = (Traces / 3) - 47;
    private const int MostMoved = (Traces / 3) + 47;

    [Theory]
    [InlineData("10m", true)]
    [InlineData("1s", false)]
    [InlineData("0s", false)]
    public async Task A_scale_up_splits_traces_under_way_unless_a_window_is_open(string window, bool keepsThem)
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync(IPAddress.Parse("127.0.0.2"), a.Port);
        await using var c = await MockBackend.StartAsync(IPAddress.Parse("127.0.0.3"), a.Port);
        using var hosts = new HostsFile(Name, a, b);
        await using var balancer = await StartAsync(a.Port, hosts, window);
        await balancer.MetricReachesAsync(2, "otelcol_loadbalancer_num_backends");
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        await using var traffic = new Traffic(await balancer.ReceiverAsync("grpc"), clients: 2, firstSeed: 100);
        var live = new TraceFactory();
        var begun = live.Request(Traces);

        Assert.Equal(0, (await client.ExportAsync(begun)).Status);
        hosts.Write(a, b, c);
        await MockBackend.UntilAsync(() => c.Attempts > 0, "new traces at the newcomer", c);
        if (keepsThem)
            await balancer.MetricReachesAsync(16384 / 3, "orleanslb_handover_partitions");
        else
            await balancer.MetricFallsToAsync(0, "orleanslb_handover_partitions");
        Assert.Equal(0, (await client.ExportAsync(live.More(begun))).Status);
        await traffic.StopAsync();
        var sent = traffic.Acknowledged.Union(live.SpanIds).ToHashSet();
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b, c) >= sent.Count, "all spans", a, b, c);

        Delivered.EverySpanOnce(sent, a, b, c);
        int split = Delivered.SplitTraces(a, b, c).Count;
        Assert.InRange(split, keepsThem ? 0 : FewestMoved, keepsThem ? 0 : MostMoved);
        if (keepsThem)
        {
            // of 400 traces in a request about a third displace each other from the places that remember them, and are looked up twice
            Assert.InRange(await balancer.MetricAsync("orleanslb_handover_kept_keys_total"), FewestMoved, 2 * MostMoved);
        }
    }

    private static Task<OrleansLbProcess> StartAsync(int port, HostsFile hosts, string window) => OrleansLbProcess.RunAsync(
        Configurations.Balancer(
            [],
            exporter: $"debounce = \"0s\"\nreplacement_window = \"0s\"\nhandover_window = \"{window}\"",
            resolver: $"dns {{\nhostname = \"{Name}\"\nport = \"{port}\"\ninterval = \"100ms\"\n}}"),
        "--dns.hosts-file", hosts.Path);
}
