using OrleansLb.Grains.Ejection;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Grains.Sending;
using OrleansLb.Grains.Tests.Membership;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Testing;
using static OrleansLb.Grains.Tests.Membership.ResolverGrainHost;

namespace OrleansLb.Grains.Tests.Ejection;

/// <summary>The resolver grain takes backends off the ring that take nothing, and back when they are well.</summary>
public sealed class ResolverEjectionTests
{
    private static readonly ExportOutcome Refused = new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "refused");
    private static readonly string[] Three = ["b0:1", "b1:1", "b2:1"];

    [Theory]
    [InlineData(ReplicaMode.Several)]
    [InlineData(ReplicaMode.Alone)]
    public async Task Its_keys_go_to_the_others_and_come_back_to_it_whole(ReplicaMode replicas)
    {
        await using var host = await Start(Three, replicas);
        host.Backends.Script = static _ => Refused;
        var before = Table(await host.Snapshot());
        await Complain(host, 1);

        var without = Table(await host.Snapshot());
        Assert.True(without.SeatOf(1)!.IsEjected);
        Assert.Null(without.BackendOf(1));
        Assert.DoesNotContain((ushort)1, without.SlotOfPosition.ToArray());
        Assert.InRange(Moved(before, without), Share(before, 1), Share(before, 1) * 1.1);
        Assert.Contains("b1:1", Assert.Single(host.Logs.Containing("is ejected")), StringComparison.Ordinal);

        host.Backends.Script = static _ => ExportOutcome.Delivered.Instance;
        await ComesBack(host);
        var after = Table(await host.Snapshot());
        Assert.Equal(before.SlotOfPosition.ToArray(), after.SlotOfPosition.ToArray());
        Assert.Equal(before.Fingerprint, after.Fingerprint);
        Assert.Equal(before.SeatOf(1), after.SeatOf(1));
    }

    [Fact]
    public async Task Probes_are_made_with_a_back_off_and_one_that_answers_with_anything_else_is_alive()
    {
        await using var host = await Start(Three);
        host.Backends.Script = static _ => Refused;
        await Complain(host, 1);
        var pauses = new List<TimeSpan>();
        for (int i = 0; i < 8; i++)
        {
            var began = host.Time.GetUtcNow();
            await Eventually.Holds(() =>
            {
                host.Time.Advance(TimeSpan.FromMilliseconds(250));
                return host.Backends.HasNext;
            });
            var probe = await host.Backends.Next();
            Assert.Equal(("b1:1", 0), (probe.Endpoint, probe.Traces.Length));
            pauses.Add(host.Time.GetUtcNow() - began);
        }

        Assert.InRange(pauses[^1], TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(35));
        host.Backends.Script = static _ => new ExportOutcome.Permanent(GrpcStatusCode.Unimplemented, "no traces here");
        await ComesBack(host);
    }

    [Fact]
    public async Task One_that_goes_and_comes_must_be_well_for_longer_each_time()
    {
        await using var host = await Start(Three);
        var outFor = new List<TimeSpan>();
        host.Backends.Script = static _ => ExportOutcome.Delivered.Instance;
        for (int i = 0; i < 5; i++)
        {
            var began = host.Time.GetUtcNow();
            await Complain(host, 1);
            await ComesBack(host);
            outFor.Add(host.Time.GetUtcNow() - began);
        }

        Assert.True(outFor[^1] > outFor[0] * 4, string.Join(", ", outFor));
        Assert.Equal(outFor.Order(), outFor);
    }

    [Fact]
    public async Task With_all_of_them_failing_the_table_stays_as_it_is()
    {
        await using var host = await Start(Three);
        long epoch = (await host.Snapshot()).Epoch;
        await InTime(host.Grain.ReportHealth(Report(0, 1, 2)));
        Assert.Equal(epoch, (await host.Snapshot()).Epoch);
    }

    [Theory]
    [InlineData(RingKind.Collector, null, false)]
    [InlineData(RingKind.Collector, true, true)]
    [InlineData(RingKind.Partitions, null, true)]
    [InlineData(RingKind.Partitions, false, false)]
    public async Task It_is_on_by_default_on_the_ring_of_partitions_only(RingKind ring, bool? enabled, bool ejects)
    {
        await using var host = await Start(Three, ring: ring, ejection: new EjectionOptions { Enabled = enabled });
        host.Backends.Script = static _ => Refused;
        await InTime(host.Grain.ReportHealth(Report(1)));
        var snapshot = await host.Snapshot();
        Assert.Equal(ejects, snapshot.Slots[1].IsEjected);
        Assert.Equal(ejects, !RoutingTable.From(snapshot, ring).SlotOfPosition.Contains((ushort)1));
    }

    [Fact]
    public async Task Who_is_out_is_still_out_after_a_restart_and_is_probed_at_once()
    {
        var storage = new ScriptedStorage();
        await using (var host = await Start(Three, storage: storage))
        {
            host.Backends.Script = static _ => Refused;
            await Complain(host, 1);
        }

        await using var next = await Start(Three, storage: storage);
        next.Backends.Script = static _ => ExportOutcome.Delivered.Instance;
        Assert.True((await next.Snapshot()).Slots[1].IsEjected);
        await ComesBack(next);
    }

    [Fact]
    public async Task One_that_leaves_and_comes_again_begins_in_good_health()
    {
        await using var host = await StartAsync(
            new LoadBalancingOptions { ComponentId = ComponentId, Resolver = new ResolverOptions.Dns("backends.test") { Interval = Interval }, Membership = new MembershipOptions { Debounce = TimeSpan.Zero } },
            addresses: ["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
        host.Backends.Script = static _ => Refused;
        await host.Snapshot();
        await InTime(host.Grain.ReportHealth(new HealthReport("silo", [new SlotHealthReport(1, "10.0.0.2:4317", TimeSpan.FromMinutes(1))])));
        Assert.True((await host.Snapshot()).Slots[1].IsEjected);
        host.Lookup.Answer("10.0.0.1", "10.0.0.3");
        await host.ResolveOnce();
        await Eventually.Holds(async () => (await host.Snapshot()).Slots.Length == 2);
        host.Lookup.Answer("10.0.0.1", "10.0.0.2", "10.0.0.3");
        await host.ResolveOnce();
        await Eventually.Holds(async () => (await host.Snapshot()).Slots.Length == 3);
        Assert.DoesNotContain((await host.Snapshot()).Slots, static seat => seat.IsEjected);
    }

    private static Task<ResolverGrainHost> Start(
        string[] backends, ReplicaMode replicas = ReplicaMode.Several, RingKind ring = RingKind.Partitions, EjectionOptions? ejection = null, ScriptedStorage? storage = null) => StartAsync(
        new LoadBalancingOptions
        {
            ComponentId = ComponentId,
            Resolver = new ResolverOptions.Static([.. backends.Select(Backend.FromString)]),
            Ring = ring,
            Membership = new MembershipOptions { Replicas = replicas },
            Ejection = ejection ?? new EjectionOptions(),
        },
        storage);

    private static async Task Complain(ResolverGrainHost host, int slot)
    {
        await InTime(host.Grain.ReportHealth(Report(slot)));
        Assert.True((await host.Snapshot()).Slots[slot].IsEjected);
    }

    private static async Task ComesBack(ResolverGrainHost host) => await Eventually.Holds(async () =>
    {
        host.Time.Advance(TimeSpan.FromMilliseconds(250));
        return !(await host.Snapshot()).Slots.Any(static seat => seat.IsEjected);
    });

    private static HealthReport Report(params int[] failing) => new(
        "silo", [.. Enumerable.Range(0, 3).Select(slot => new SlotHealthReport(slot, $"b{slot}:1", failing.Contains(slot) ? TimeSpan.FromMinutes(1) : null))]);

    private static RoutingTable Table(RoutingSnapshot snapshot) => RoutingTable.From(snapshot, RingKind.Partitions);

    private static double Share(RoutingTable table, int slot) => table.SlotOfPosition.ToArray().Count(owner => owner == slot);

    private static double Moved(RoutingTable before, RoutingTable after) => before.SlotOfPosition.ToArray().Zip(after.SlotOfPosition.ToArray()).Count(static pair => pair.First != pair.Second);
}
