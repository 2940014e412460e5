using BenchmarkDotNet.Attributes;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Micro.Requests;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Micro.Splitting;

/// <summary>What a routing key costs per item: scan, identifiers, look-up in the table of its dialect, lengths of the parts.</summary>
[MemoryDiagnoser]
[MinColumn]
public class KeyBenchmarks : IDisposable
{
    private const int Backends = 3;

    private readonly SplitPlan _plan = SplitPlan.Rent();
    private byte[] _request = [];
    private RoutingTable _table = RoutingTable.From(RoutingSnapshot.None, RingKind.Partitions);
    private SplitOptions _options;

    /// <summary>The key, and the signal that it is used on.</summary>
    [ParamsSource(nameof(Cases))]
    public KeyCase Case { get; set; } = KeyCase.All.First();

    /// <summary>The table: with the Collector's come the Collector's identifiers.</summary>
    [Params(RingKind.Partitions, RingKind.Collector)]
    public RingKind Ring { get; set; }

    /// <summary>All keys of all signals.</summary>
    public static IEnumerable<KeyCase> Cases => KeyCase.All;

    /// <summary>Makes request and table.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _request = Case.Signal switch
        {
            Signal.Traces => SpanRequest.Build(Math.Max(Case.ItemsPerKey, 1)),
            Signal.Logs => LogRequest.Build(Math.Max(Case.ItemsPerKey, 1)),
            _ => MetricRequest.Build(Math.Max(Case.ItemsPerKey, 1)),
        };
        var backends = Enumerable.Range(1, Backends).Select(static i => new Backend($"10.0.0.{i}:4317"));
        _table = RoutingTable.From(MembershipState.Empty.Apply(backends, Ring).ToSnapshot(), Ring);
        _options = Case.Options(RingIdentifiers.DefaultOf(Ring));
        if (Split() < 1)
            throw new InvalidOperationException($"{Case} does not split its request.");
    }

    /// <summary>Per item.</summary>
    [Benchmark(OperationsPerInvoke = ItemAttributes.Items)]
    public int Split() => RequestSplitter.TrySplit(Case.Signal, _options, _request, _table, _plan, out _) ? _plan.PartCount : -1;

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _plan.Dispose();
        GC.SuppressFinalize(this);
    }
}
