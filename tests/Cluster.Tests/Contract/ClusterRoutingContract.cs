using System.Diagnostics;
using System.Globalization;
using System.Net;
using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.OtlpModel;
using OrleansLb.Testing.Postgres;
using OrleansLb.Testing.Redis;
using OrleansLb.Testing.Requirements;
using Xunit.Abstractions;

namespace OrleansLb.Cluster.Tests.Contract;

/// <summary>One routing table for all members of a cluster, and the lanes that an ingress sends into, whichever store the members find each other by.</summary>
public abstract class ClusterRoutingContract(ITestOutputHelper output)
{
    private const string Silos = "orleanslb_cluster_silos";
    private const string Epoch = "orleanslb_routing_epoch";
    private const string SwitchedAt = "orleanslb_routing_table_timestamp_seconds";
    private const string Resolutions = "otelcol_loadbalancer_num_resolutions_total";
    private const string Sent = "otelcol_exporter_sent_spans_total";
    private const string Name = "backends.test";

    private ClusterProcess? _cluster;

    protected abstract string Clustering { get; }

    protected abstract string ConnectionString { get; }

    /// <summary>Makes the store unreachable; false where that would make it forget.</summary>
    protected abstract bool TryTakeStoreAway();

    protected abstract void BringStoreBack();

    [KitFact]
    public async Task The_resolver_is_back_soon_after_its_silo_was_declared_dead()
    {
        await using var a = await MockBackend.StartAsync();
        using var hosts = new HostsFile(Name, a);
        await using var first = await StartAsync("silo", hosts, a.Port);
        await using var second = await StartAsync("silo", hosts, a.Port);
        await using var third = await StartAsync("silo", hosts, a.Port);
        OrleansLbProcess[] silos = [first, second, third];
        await Task.WhenAll(silos.Select(static silo => silo.MetricReachesAsync(3, Silos)));
        await using var ingress = await StartAsync("ingress", hosts, a.Port);
        var home = await HomeOfResolverAsync(silos);
        var others = silos.Where(silo => silo != home).ToArray();
        double before = await others[0].MetricAsync(Epoch);
        Assert.Equal(before, await ingress.MetricAsync(Epoch));

        await home.KillAsync();
        await others[0].MetricFallsToAsync(2, Silos);
        double dead = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        await ingress.MetricReachesAsync(before + 1, Epoch);
        await others[0].MetricReachesAsync(before + 1, Epoch);
        double back = await others[0].MetricAsync(SwitchedAt) - dead;
        double told = await ingress.MetricAsync(SwitchedAt) - dead;
        output.WriteLine($"answered {back:0.00} s after it was declared dead, ingress {told:0.00} s");
        Assert.True(back < 8, $"{back} s");
        Assert.True(told < 12, $"{told} s");
    }

    [KitFact]
    public async Task All_members_switch_to_a_new_table_at_the_same_time()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync(IPAddress.Parse("127.0.0.2"), a.Port);
        using var hosts = new HostsFile(Name, a);
        await using var first = await StartAsync("silo", hosts, a.Port);
        await using var second = await StartAsync("silo", hosts, a.Port);
        await using var ingress = await StartAsync("ingress", hosts, a.Port);
        OrleansLbProcess[] members = [first, second, ingress];
        var apart = new List<double>();
        for (int change = 0; change < 5; change++)
        {
            double before = await first.MetricAsync(Epoch);
            if (change % 2 == 0)
                hosts.Write(a, b);
            else
                hosts.Write(a);
            double[] times = await Task.WhenAll(members.Select(async member =>
            {
                await member.MetricReachesAsync(before + 1, Epoch);
                return await member.MetricAsync(SwitchedAt);
            }));
            apart.Add((times.Max() - times.Min()) * 1000);

            // should there be another one already, all come to that as well
            double newest = (await Task.WhenAll(members.Select(static member => member.MetricAsync(Epoch)))).Max();
            foreach (var member in members)
                await member.MetricReachesAsync(newest, Epoch);
            Assert.Single((await Task.WhenAll(members.Select(static member => member.MetricAsync("orleanslb_ring_fingerprint")))).Distinct());
        }

        apart.Sort();
        output.WriteLine($"ms between the first and the last of three to switch: {string.Join(' ', apart.Select(static ms => ms.ToString("0", CultureInfo.InvariantCulture)))}");
        Assert.True(apart[apart.Count / 2] < 1000, $"{apart[apart.Count / 2]} ms");
    }

    [KitFact]
    public async Task While_the_store_is_away_new_tables_go_out_to_all_and_none_goes_back()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync(IPAddress.Parse("127.0.0.2"), a.Port);
        using var hosts = new HostsFile(Name, a);
        await using var first = await StartAsync("silo", hosts, a.Port);
        await using var ingress = await StartAsync("ingress", hosts, a.Port);
        double before = await ingress.MetricAsync(Epoch);
        if (!TryTakeStoreAway())
            return;
        try
        {
            hosts.Write(a, b);
            await ingress.MetricReachesAsync(before + 1, Epoch);
            await first.MetricReachesAsync(1, "orleanslb_resolver_store_failures_total");
        }
        finally
        {
            BringStoreBack();
        }

        double after = await ingress.MetricAsync(Epoch);
        hosts.Write(a);
        await ingress.MetricReachesAsync(after + 1, Epoch);

        // one after the other, within a moment
        await first.MetricReachesAsync(await ingress.MetricAsync(Epoch), Epoch);
    }

    [KitFact]
    public async Task A_silo_without_anything_to_do_stops_at_once_wherever_the_resolver_is()
    {
        await using var a = await MockBackend.StartAsync();
        using var hosts = new HostsFile(Name, a);
        await using var first = await StartAsync("silo", hosts, a.Port);
        await using var second = await StartAsync("silo", hosts, a.Port);
        await using var third = await StartAsync("silo", hosts, a.Port);
        List<OrleansLbProcess> silos = [first, second, third];
        await Task.WhenAll(silos.Select(static silo => silo.MetricReachesAsync(3, Silos)));
        while (silos.Count > 0)
        {
            // the resolver's own, then one that only asks it, then the last
            var home = await HomeOfResolverAsync(silos);
            var going = silos.Count == 2 ? silos.First(silo => silo != home) : home;
            long began = Stopwatch.GetTimestamp();
            going.Terminate();
            Assert.Equal(0, await going.ExitAsync());
            double took = Stopwatch.GetElapsedTime(began).TotalSeconds;
            output.WriteLine($"stopped in {took:0.0} s");
            Assert.True(took < 10, $"{took} s\n{going.Log}");
            silos.Remove(going);
            await Task.WhenAll(silos.Select(silo => silo.MetricFallsToAsync(silos.Count, Silos)));
        }
    }

    [KitFact]
    public async Task An_ingress_spreads_over_the_silos_leaves_out_the_dead_and_takes_in_the_new()
    {
        await using var a = await MockBackend.StartAsync();
        using var hosts = new HostsFile(Name, a);
        await using var first = await StartAsync("silo", hosts, a.Port);
        await using var second = await StartAsync("silo", hosts, a.Port);
        await using var ingress = await StartAsync("ingress", hosts, a.Port);
        await ingress.MetricReachesAsync(2, Silos);
        var traces = new TraceFactory();
        await SendAsync(ingress, traces, () => SentByAsync(first, second));

        await second.KillAsync();
        var slowest = TimeSpan.Zero;
        double atFirst = await first.MetricAsync(Sent);
        long killed = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(killed) < TimeSpan.FromSeconds(8))
        {
            long began = Stopwatch.GetTimestamp();
            await SendUntilTakenAsync(ingress, traces.Request(traces: 5));
            slowest = Stopwatch.GetElapsedTime(began) > slowest ? Stopwatch.GetElapsedTime(began) : slowest;
        }

        output.WriteLine($"slowest request while a lane was dead: {slowest.TotalSeconds:0.00} s, with the client's repeats");
        Assert.True(await first.MetricAsync(Sent) > atFirst);

        await using var third = await StartAsync("silo", hosts, a.Port);
        await SendAsync(ingress, traces, () => SentByAsync(first, third));
        await MockBackend.UntilAsync(() => SpanIds(a).IsSupersetOf(traces.SpanIds), "all spans", a);
    }

    private static HashSet<string> SpanIds(MockBackend backend) => [.. backend.Spans.Select(static span => Convert.ToHexStringLower(span.SpanId.Span))];

    private static async Task<bool> SentByAsync(params OrleansLbProcess[] silos)
    {
        foreach (var silo in silos)
        {
            if (await silo.MetricAsync(Sent) == 0)
                return false;
        }

        return true;
    }

    private static async Task SendAsync(OrleansLbProcess ingress, TraceFactory traces, Func<Task<bool>> until)
    {
        long began = Stopwatch.GetTimestamp();
        while (!await until())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < Patience.Long, "no lane of one of the silos was used");
            await SendUntilTakenAsync(ingress, traces.Request(traces: 5));
        }
    }

    private static async Task SendUntilTakenAsync(OrleansLbProcess ingress, ExportTraceServiceRequest request)
    {
        using var client = new RawClient(await ingress.ReceiverAsync("grpc"));
        await client.ExportUntilTakenAsync(request);
    }

    private static async Task<OrleansLbProcess> HomeOfResolverAsync(IReadOnlyCollection<OrleansLbProcess> silos)
    {
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            foreach (var silo in silos)
            {
                double before = await silo.MetricAsync(Resolutions);
                if (before == 0)
                    continue;

                // one that had it once does not count any more
                double later = before;
                for (long asked = Stopwatch.GetTimestamp(); later == before && Stopwatch.GetElapsedTime(asked) < TimeSpan.FromSeconds(3);)
                    later = await silo.MetricAsync(Resolutions);
                if (later > before)
                    return silo;
            }

            Assert.True(Stopwatch.GetElapsedTime(began) < Patience.Long, "no silo has the resolver");
        }
    }

    private Task<OrleansLbProcess> StartAsync(string role, HostsFile hosts, int port)
    {
        string resolver = string.Create(CultureInfo.InvariantCulture, $$"""
            dns {
              hostname = "{{Name}}"
              port     = "{{port}}"
              interval = "1s"
            }
            """);
        _cluster ??= new ClusterProcess(Clustering, ConnectionString, [], resolver: resolver, exporter: "debounce = \"0s\"", flags: ["--dns.hosts-file", hosts.Path]);
        return _cluster.StartAsync(role);
    }
}

/// <summary>With PostgreSQL.</summary>
[RequiresPostgres]
public sealed class PostgresClusterRoutingTests(PostgresServer server, ITestOutputHelper output) : ClusterRoutingContract(output), IClassFixture<PostgresServer>
{
    private string? _schema;

    protected override string Clustering => "postgres";

    protected override string ConnectionString => _schema ??= server.NewSchema();

    protected override bool TryTakeStoreAway()
    {
        server.Stop();
        return true;
    }

    protected override void BringStoreBack() => server.Start();
}

/// <summary>With Redis, which forgets everything when it is taken away.</summary>
[RequiresRedis]
public sealed class RedisClusterRoutingTests(RedisServer server, ITestOutputHelper output) : ClusterRoutingContract(output), IClassFixture<RedisServer>
{
    protected override string Clustering => "redis";

    protected override string ConnectionString => server.ConnectionString;

    protected override bool TryTakeStoreAway() => false;

    protected override void BringStoreBack() => throw new NotSupportedException();
}
