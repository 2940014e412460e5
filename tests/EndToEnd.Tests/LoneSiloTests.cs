using OrleansLb.EndToEnd.Tests.Infrastructure;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>What the silo in the program means to the machine that it runs on: nothing to open, nothing to meet, and what is to outlive it lies in the storage path.</summary>
public sealed class LoneSiloTests
{
    private const string Name = "backends.e2e.internal";

    [Fact]
    public async Task Programs_on_one_machine_listen_for_receivers_and_admin_alone_and_never_meet()
    {
        await using var backend = await MockBackend.StartAsync();
        string configuration = Configurations.Balancer([backend]);
        await using var one = await OrleansLbProcess.RunAsync(configuration);
        await using var other = await OrleansLbProcess.RunAsync(configuration);
        foreach (var balancer in (OrleansLbProcess[])[one, other])
        {
            using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
            Assert.Equal(0, (await client.ExportAsync(new TraceFactory().Request(traces: 20))).Status);
            await balancer.MetricReachesAsync(20, "otelcol_exporter_sent_spans_total");

            int[] known = [(await balancer.ReceiverAsync("grpc")).Port, (await balancer.ReceiverAsync("http")).Port, (await balancer.AdminAsync()).Port];
            var sockets = balancer.TcpSockets;
            Assert.Equal(known.Order(), sockets.Where(static socket => socket.Listens).Select(static socket => socket.LocalPort).Order());

            // whoever is not a client of one of these is a connection to the backend
            Assert.All(
                sockets.Where(socket => !socket.Listens && !known.Contains(socket.LocalPort)),
                socket => Assert.Equal(backend.Port, socket.RemotePort));
        }
    }

    [Fact]
    public async Task The_membership_that_was_seen_last_is_there_after_a_restart_on_the_same_storage_path()
    {
        await using var backend = await MockBackend.StartAsync();
        string storage = Directory.CreateTempSubdirectory("orleanslb-records-").FullName;
        using var hosts = new HostsFile(Name, backend);
        string configuration = Configurations.Balancer([], resolver: $"dns {{\nhostname = \"{Name}\"\nport = \"{backend.Port}\"\n}}");
        await using (var first = await OrleansLbProcess.RunAsync(configuration, "--dns.hosts-file", hosts.Path, "--storage.path", storage))
            await first.KillAsync();

        using var nobody = new HostsFile(Name);
        await using (var second = await OrleansLbProcess.RunAsync(configuration, "--dns.hosts-file", nobody.Path, "--storage.path", storage))
        {
            using var client = new RawClient(await second.ReceiverAsync("grpc"));
            var traces = new TraceFactory();
            Assert.Equal(0, (await client.ExportAsync(traces.Request(traces: 20))).Status);
            await second.MetricReachesAsync(20, "otelcol_exporter_sent_spans_total");
            Delivered.EverySpanOnce(traces.SpanIds, backend);
        }

        Directory.Delete(storage, recursive: true);
    }

    [Fact]
    public async Task A_storage_path_that_cannot_be_used_costs_the_memory_of_the_membership_and_nothing_else()
    {
        await using var backend = await MockBackend.StartAsync();
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([backend]), "--storage.path", "/proc/self");
        Assert.Contains("what the program has seen of its backends is kept in memory", balancer.Log, StringComparison.Ordinal);
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        Assert.Equal(0, (await client.ExportAsync(new TraceFactory().Request(traces: 5))).Status);
    }
}
