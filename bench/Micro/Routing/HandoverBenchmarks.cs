using BenchmarkDotNet.Attributes;
using OrleansLb.Grains.Handover;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Micro.Routing;

/// <summary>From a trace ID to its ring slot without a hand-over window, with one while nothing moves, and after a join that moved a quarter.</summary>
[MemoryDiagnoser]
public class HandoverBenchmarks
{
    // so many that the filters' words are not in the nearest caches
    private const int Identifiers = 64 * 1024;

    private static readonly string[] s_backends = ["a:4317", "b:4317", "c:4317"];

    private readonly byte[][] _traceIds = new byte[Identifiers][];
    private IKeyRouter _router = RoutingTable.From(RoutingSnapshot.None, RingKind.Partitions);

    /// <summary>What the router does.</summary>
    public enum Stage
    {
        /// <summary>No window.</summary>
        Off,

        /// <summary>Keys are noted, and all of them are known.</summary>
        Quiet,

        /// <summary>A backend has joined; all keys were seen before.</summary>
        OldKeys,

        /// <summary>A backend has joined; no key was seen before.</summary>
        NewKeys,
    }

    /// <summary>Which stage.</summary>
    [ParamsAllValues]
    public Stage At { get; set; }

    /// <summary>Makes the identifiers and leads the router to the stage.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        var random = new Random(20260801);
        for (int i = 0; i < Identifiers; i++)
        {
            _traceIds[i] = new byte[16];
            random.NextBytes(_traceIds[i]);
        }

        var before = MembershipState.Empty.Apply(s_backends.Select(Backend.FromString), RingKind.Partitions);
        var table = RoutingTable.From(before.ToSnapshot(), RingKind.Partitions);
        _router = table;
        if (At == Stage.Off)
            return;
        var handover = new KeyHandover(TimeSpan.FromHours(1), new MembershipOptions().HandoverMemory, TimeProvider.System);
        _router = handover.RouterFor(table);
        if (At != Stage.NewKeys)
            LookUp();
        if (At == Stage.Quiet)
            return;
        var after = before.Apply([.. s_backends.Select(Backend.FromString), Backend.FromString("d:4317")], RingKind.Partitions);
        _router = handover.RouterFor(RoutingTable.From(after.ToSnapshot(), RingKind.Partitions));
    }

    /// <summary>One look-up.</summary>
    [Benchmark(OperationsPerInvoke = Identifiers)]
    public int LookUp()
    {
        int sum = 0;
        foreach (byte[] identifier in _traceIds)
            sum += _router.SlotOf(identifier);
        return sum;
    }
}
