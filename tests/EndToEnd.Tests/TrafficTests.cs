using System.Net;
using OrleansLb.EndToEnd.Tests.Infrastructure;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>What may happen while requests keep coming: nothing that was acknowledged is lost.</summary>
public sealed class TrafficTests
{
    private const string Name = "backends.e2e.internal";

    // large enough that nothing is refused, so that the counters must balance
    private const string LargeQueue = "queue { queue_size = 100000 }";

    [Fact]
    public async Task Sigterm_under_load_delivers_every_acknowledged_span_once()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        int calls = 0;
        b.Script = _ => Interlocked.Increment(ref calls) % 3 == 0 ? Reply.Unavailable : Reply.Ok;
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([a, b], otlp: LargeQueue));
        await using var traffic = new Traffic(await balancer.ReceiverAsync("grpc"));

        await MockBackend.UntilAsync(() => a.Attempts >= 50 && b.Attempts >= 50, "traffic flows", a, b);
        balancer.Terminate();
        Assert.Equal(0, await balancer.ExitAsync());
        await traffic.StopAsync();

        var received = Received(a, b);
        Assert.Equal(received.Count, received.Distinct().Count());
        Assert.Empty(traffic.Acknowledged.Except(received));
        Delivered.EveryTraceAtOneBackend(a, b);
    }

    [Fact]
    public async Task Backends_that_die_and_come_back_again_and_again_lose_nothing()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([a, b], otlp: LargeQueue));
        await using var traffic = new Traffic(await balancer.ReceiverAsync("grpc"));

        for (int round = 0; round < 20; round++)
        {
            var (dying, living) = round % 2 == 0 ? (a, b) : (b, a);
            await dying.StopServerAsync();
            await OneMoreAsync(living);
            await dying.StartServerAsync();
            await OneMoreAsync(dying);
        }

        await traffic.StopAsync();
        Assert.Equal(0, traffic.Refusals);
        var acknowledged = traffic.Acknowledged;
        await balancer.MetricReachesAsync(acknowledged.Count, "otelcol_exporter_sent_spans_total");

        // a connection that breaks before the answer comes may cost a duplicate, never a loss
        Assert.Empty(acknowledged.Except(Received(a, b)));
        Delivered.EveryTraceAtOneBackend(a, b);
        await BalancesAsync(balancer, acknowledged.Count);
    }

    [Fact]
    public async Task Backends_that_join_leave_and_are_replaced_under_load_get_every_span_once()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync(IPAddress.Parse("127.0.0.2"), a.Port);
        await using var c = await MockBackend.StartAsync(IPAddress.Parse("127.0.0.3"), a.Port);
        await using var d = await MockBackend.StartAsync(IPAddress.Parse("127.0.0.4"), a.Port);
        using var hosts = new HostsFile(Name, a, b);
        var resolver = $$"""
            dns {
                  hostname = "{{Name}}"
                  port     = "{{a.Port}}"
                  interval = "20ms"
                }
            """;
        await using var balancer = await OrleansLbProcess.RunAsync(
            Configurations.Balancer([], resolver: resolver, otlp: LargeQueue), "--dns.hosts-file", hosts.Path);
        await using var traffic = new Traffic(await balancer.ReceiverAsync("grpc"));

        int updates = 1;
        MockBackend[][] memberships = [[a, b, c], [a, c], [a, c, d], [a, b, d], [b], [b, c], [a], [a, b, c, d], [c, d], [a, b]];
        foreach (var membership in memberships.Concat(memberships))
        {
            hosts.Write(membership);
            await balancer.MetricReachesAsync(++updates, "otelcol_loadbalancer_num_backend_updates_total");
            foreach (var backend in membership)
                await OneMoreAsync(backend);
        }

        await traffic.StopAsync();
        Assert.Equal(0, traffic.Refusals);
        var acknowledged = traffic.Acknowledged;
        await balancer.MetricReachesAsync(acknowledged.Count, "otelcol_exporter_sent_spans_total");
        Delivered.EverySpanOnce(acknowledged, a, b, c, d);
        await BalancesAsync(balancer, acknowledged.Count);
    }

    private static List<string> Received(params MockBackend[] backends) =>
        [.. backends.SelectMany(static b => b.Spans).Select(static s => Convert.ToHexStringLower(s.SpanId.Span))];

    private static Task OneMoreAsync(MockBackend backend)
    {
        int seen = backend.Accepted.Count;
        return MockBackend.UntilAsync(() => backend.Accepted.Count > seen, $"{backend.Endpoint} gets requests", backend);
    }

    // accepted = sent; nothing failed, was dropped or is still queued
    private static async Task BalancesAsync(OrleansLbProcess balancer, int spans)
    {
        Assert.Equal(spans, await balancer.MetricAsync("otelcol_receiver_accepted_spans_total"));
        Assert.Equal(spans, await balancer.MetricAsync("otelcol_exporter_sent_spans_total"));
        Assert.Equal(0, await balancer.MetricAsync("otelcol_exporter_send_failed_spans_total"));
        Assert.Equal(0, await balancer.MetricAsync("orleanslb_dropped_items_total"));
        await balancer.MetricFallsToAsync(0, "otelcol_exporter_queue_size");
    }
}
