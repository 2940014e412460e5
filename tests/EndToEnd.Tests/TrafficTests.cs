using System.Net;
using OrleansLb.EndToEnd.Tests.Histories;
using OrleansLb.EndToEnd.Tests.Infrastructure;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>What may happen while requests keep coming: nothing that was acknowledged is lost.</summary>
public sealed class TrafficTests
{
    private const string Name = "backends.e2e.internal";

    // large enough that nothing is refused, so that the counters must balance
    private const string LargeQueue = "queue { queue_size = 100000 }";

    private readonly HistoryRecorder _recorder = new(TimeProvider.System);

    [Fact]
    public async Task Sigterm_under_load_delivers_every_acknowledged_span_once()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        int calls = 0;
        b.Script = _ => Interlocked.Increment(ref calls) % 3 == 0 ? Reply.Unavailable : Reply.Ok;
        _recorder.BeginsWith(_recorder.Watch(a), _recorder.Watch(b));
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([a, b], otlp: LargeQueue));
        await using var traffic = await StartAsync(balancer);

        await MockBackend.UntilAsync(() => a.Attempts >= 50 && b.Attempts >= 50, "traffic flows", a, b);
        balancer.Terminate();
        Assert.Equal(0, await balancer.ExitAsync());
        await traffic.StopAsync();

        // what it counted has gone with it
        _recorder.Ends(life: 0, last: null, killed: false);
        Holds();
    }

    [Fact]
    public async Task Backends_that_die_and_come_back_again_and_again_lose_nothing()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        int indexOfA = _recorder.Watch(a);
        int indexOfB = _recorder.Watch(b);
        _recorder.BeginsWith(indexOfA, indexOfB);
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([a, b], otlp: LargeQueue));
        await using var traffic = await StartAsync(balancer);

        for (int round = 0; round < 20; round++)
        {
            var (dying, living) = round % 2 == 0 ? (a, b) : (b, a);

            // a connection that breaks before the answer comes may cost a copy, never a loss
            var isOver = _recorder.Disturbing(dying == a ? indexOfA : indexOfB, reach: TimeSpan.FromSeconds(1), "dies");
            await dying.StopServerAsync();
            isOver();
            await OneMoreAsync(living);
            await dying.StartServerAsync();
            await OneMoreAsync(dying);
        }

        await traffic.StopAsync();
        Assert.Equal(0, traffic.Refusals);
        await EndAsync(balancer);
        Holds();
    }

    [Fact]
    public async Task Backends_that_join_leave_and_are_replaced_under_load_get_every_span_once()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync(IPAddress.Parse("127.0.0.2"), a.Port);
        await using var c = await MockBackend.StartAsync(IPAddress.Parse("127.0.0.3"), a.Port);
        await using var d = await MockBackend.StartAsync(IPAddress.Parse("127.0.0.4"), a.Port);
        MockBackend[] backends = [a, b, c, d];
        int[] indexes = [.. backends.Select(_recorder.Watch)];
        _recorder.BeginsWith(indexes[0], indexes[1]);
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
        await using var traffic = await StartAsync(balancer);

        int updates = 1;
        MockBackend[][] memberships = [[a, b, c], [a, c], [a, c, d], [a, b, d], [b], [b, c], [a], [a, b, c, d], [c, d], [a, b]];
        foreach (var membership in memberships.Concat(memberships))
        {
            _recorder.Changing(membership.Select(backend => indexes[Array.IndexOf(backends, backend)]));
            hosts.Write(membership);
            await balancer.MetricReachesAsync(++updates, "otelcol_loadbalancer_num_backend_updates_total");
            foreach (var backend in membership)
                await OneMoreAsync(backend);
        }

        await traffic.StopAsync();
        Assert.Equal(0, traffic.Refusals);
        await EndAsync(balancer);
        Holds();
    }

    private async Task<Traffic> StartAsync(OrleansLbProcess balancer)
    {
        int life = _recorder.Starts(isDurable: false, TimeSpan.Zero, CounterScrape.Parse(await balancer.MetricsPageAsync()));
        return new Traffic(await balancer.ReceiverAsync("grpc"), recorder: _recorder, life: life);
    }

    private async Task EndAsync(OrleansLbProcess balancer)
    {
        await balancer.MetricReachesAsync(_recorder.Acknowledged().Count(), "otelcol_exporter_sent_spans_total");
        await balancer.MetricFallsToAsync(0, "otelcol_exporter_queue_size");
        _recorder.Ends(life: 0, CounterScrape.Parse(await balancer.MetricsPageAsync()), killed: false);
    }

    private void Holds()
    {
        var verdict = HistoryChecker.Check(_recorder.ToHistory(new HistoryRules()));
        Assert.True(verdict.Holds, verdict.ToString());
        Assert.NotEqual(0, verdict.Acknowledged);
    }

    private static Task OneMoreAsync(MockBackend backend)
    {
        int seen = backend.Accepted.Count;
        return MockBackend.UntilAsync(() => backend.Accepted.Count > seen, $"{backend.Endpoint} gets requests", backend);
    }
}
