using System.Text;
using BenchmarkDotNet.Attributes;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;

namespace OrleansLb.Micro.Routing;

/// <summary>From a routing identifier to its ring slot, with identifiers in an order that no branch predictor knows.</summary>
[MemoryDiagnoser]
public class LookupBenchmarks
{
    private const int Identifiers = 1024;

    private readonly byte[][] _traceIds = new byte[Identifiers][];
    private readonly byte[][] _services = new byte[Identifiers][];
    private RoutingTable _table = RoutingTable.From(RoutingSnapshot.None, RingKind.Partitions);

    /// <summary>Which table.</summary>
    [ParamsAllValues]
    public RingKind Ring { get; set; }

    /// <summary>How many backends share the ring.</summary>
    [Params(3, 30, 300)]
    public int Backends { get; set; }

    /// <summary>Makes the table and the identifiers.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        var backends = Enumerable.Range(0, Backends).Select(static i => new Backend($"10.0.{i / 250}.{i % 250 + 1}:4317"));
        _table = RoutingTable.From(MembershipState.Empty.Apply(backends, Ring).ToSnapshot(), Ring);

        var random = new Random(20260801);
        for (int i = 0; i < Identifiers; i++)
        {
            _traceIds[i] = new byte[16];
            random.NextBytes(_traceIds[i]);
            _services[i] = Encoding.UTF8.GetBytes($"checkout-service-{random.Next(1000)}");
        }
    }

    /// <summary>By trace ID: 16 bytes.</summary>
    [Benchmark(OperationsPerInvoke = Identifiers)]
    public int ByTraceId() => LookUp(_traceIds);

    /// <summary>By service name: about 20 bytes.</summary>
    [Benchmark(OperationsPerInvoke = Identifiers)]
    public int ByService() => LookUp(_services);

    private int LookUp(byte[][] identifiers)
    {
        int sum = 0;
        foreach (byte[] identifier in identifiers)
            sum += _table.SlotOf(identifier);
        return sum;
    }
}
