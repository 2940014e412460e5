using System.Net;
using OrleansLb.EndToEnd.Tests.Infrastructure;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>The backends of a name change while requests come in.</summary>
public sealed class MembershipTests
{
    private const string Name = "backends.e2e.internal";

    [Fact]
    public async Task A_backend_that_joins_by_dns_takes_its_share_and_nothing_is_lost()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync(IPAddress.Parse("127.0.0.2"), a.Port);
        await using var c = await MockBackend.StartAsync(IPAddress.Parse("127.0.0.3"), a.Port);
        using var hosts = new HostsFile(Name, a, b);
        await using var balancer = await StartAsync(a.Port, hosts);
        await balancer.MetricReachesAsync(2, "otelcol_loadbalancer_num_backends", "resolver=\"dns\"");
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var before = new TraceFactory(seed: 1);
        var after = new TraceFactory(seed: 2);

        Assert.Equal(0, (await client.ExportAsync(before.Request(traces: 300))).Status);
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b) >= before.SpanIds.Count, "spans before the join", a, b);
        Delivered.EveryTraceAtOneBackend(a, b);
        hosts.Write(a, b, c);
        await balancer.MetricReachesAsync(2, "otelcol_loadbalancer_num_backend_updates_total", "resolver=\"dns\"");
        await SendUntilAsync(client, after, () => c.Attempts > 0);
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b, c) >= before.SpanIds.Count + after.SpanIds.Count, "all spans", a, b, c);

        Delivered.EverySpanOnce(before.SpanIds.Union(after.SpanIds).ToHashSet(), a, b, c);
        Assert.Equal(3, await balancer.MetricAsync("otelcol_loadbalancer_num_backends"));
    }

    [Fact]
    public async Task What_a_leaving_backend_has_queued_goes_to_the_backends_that_stay()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync(IPAddress.Parse("127.0.0.2"), a.Port);
        b.Script = static _ => Reply.Unavailable;
        using var hosts = new HostsFile(Name, a, b);
        await using var balancer = await StartAsync(a.Port, hosts);
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var traces = new TraceFactory();

        for (int i = 0; i < 10; i++)
            Assert.Equal(0, (await client.ExportAsync(traces.Request(traces: 40))).Status);
        await balancer.MetricReachesAsync(1, "orleanslb_exporter_retries_total", $"endpoint=\"{b.Endpoint}\"");
        hosts.Write(a);
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a) >= traces.SpanIds.Count, "the queue of the leaver dealt out", a);

        Delivered.EverySpanOnce(traces.SpanIds, a);
        Assert.Equal(0, await balancer.MetricAsync("orleanslb_dropped_items_total"));
    }

    [Fact]
    public async Task A_name_that_stops_resolving_keeps_its_last_backends()
    {
        await using var a = await MockBackend.StartAsync();
        using var hosts = new HostsFile(Name, a);
        await using var balancer = await StartAsync(a.Port, hosts);
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var traces = new TraceFactory();

        await balancer.MetricReachesAsync(1, "otelcol_loadbalancer_num_backends");
        hosts.Write();
        await balancer.MetricReachesAsync(1, "otelcol_loadbalancer_num_resolutions_total", "success=\"false\"");
        Assert.Equal(0, (await client.ExportAsync(traces.Request(traces: 10))).Status);
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a) >= traces.SpanIds.Count, "spans after the failure", a);

        Assert.Equal(1, await balancer.MetricAsync("otelcol_loadbalancer_num_backends"));
    }

    [Fact]
    public async Task A_rolling_replacement_under_load_loses_nothing_and_splits_no_trace()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync(IPAddress.Parse("127.0.0.2"), a.Port);
        await using var newA = await MockBackend.StartAsync(IPAddress.Parse("127.0.0.3"), a.Port);
        await using var newB = await MockBackend.StartAsync(IPAddress.Parse("127.0.0.4"), a.Port);
        using var hosts = new HostsFile(Name, a, b);
        await using var balancer = await StartAsync(a.Port, hosts, "debounce = \"100ms\"\nreplicas = \"alone\"\nreplacement_window = \"1m\"");
        await balancer.MetricReachesAsync(2, "otelcol_loadbalancer_num_backends");
        await using var traffic = new Traffic(await balancer.ReceiverAsync("grpc"), clients: 2);
        var updates = "otelcol_loadbalancer_num_backend_updates_total";

        await MockBackend.UntilAsync(() => a.Attempts > 5 && b.Attempts > 5, "traffic at both", a, b);
        hosts.Write(b);
        await balancer.MetricReachesAsync(2, updates);
        hosts.Write(newA, b);
        await balancer.MetricReachesAsync(3, updates);
        hosts.Write(newA);
        await balancer.MetricReachesAsync(4, updates);
        hosts.Write(newA, newB);
        await balancer.MetricReachesAsync(5, updates);
        await MockBackend.UntilAsync(() => newA.Attempts > 5 && newB.Attempts > 5, "traffic at the new ones", newA, newB);
        await traffic.StopAsync();
        var sent = traffic.Acknowledged;
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b, newA, newB) >= sent.Count, "all spans", a, b, newA, newB);

        Assert.Equal(0, traffic.Refusals);
        Delivered.EverySpanOnce(sent, a, b, newA, newB);

        // a trace may be told to the old backend and to the one on the same seat after it, never to two seats
        Delivered.EveryTraceOnOneSeat([a, newA], [b, newB]);
        Assert.Equal(0, await balancer.MetricAsync("orleanslb_exporter_dealt_out_items_total"));
    }

    private static Task<OrleansLbProcess> StartAsync(int port, HostsFile hosts, string membership = "debounce = \"0s\"\nreplacement_window = \"0s\"")
        => OrleansLbProcess.RunAsync(
            Configurations.Balancer([], exporter: membership, resolver: $$"""dns { hostname = "{{Name}}" port = "{{port}}" interval = "100ms" }""".Replace("\" ", "\"\n", StringComparison.Ordinal)),
            "--dns.hosts-file", hosts.Path);

    private static async Task SendUntilAsync(RawClient client, TraceFactory traces, Func<bool> done)
    {
        using var limit = new CancellationTokenSource(Patience.Long);
        while (!done())
            Assert.Equal(0, (await client.ExportAsync(traces.Request(traces: 50), limit.Token)).Status);
    }
}
