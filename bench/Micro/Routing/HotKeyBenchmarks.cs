using BenchmarkDotNet.Attributes;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Ingress.HotKeys;
using OrleansLb.Micro.Requests;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Micro.Routing;

/// <summary>What the sampling of hot keys costs per item: one request in 64 is split once more and its keys are counted.</summary>
[MemoryDiagnoser]
[MinColumn]
public class HotKeyBenchmarks
{
    private const int Requests = 64;

    private readonly byte[] _request = TraceRequest.Build();
    private readonly RoutingTable _table = RoutingTable.From(
        MembershipState.Empty.Apply([new Backend("10.0.0.1:4317"), new Backend("10.0.0.2:4317")], RingKind.Partitions).ToSnapshot(), RingKind.Partitions);

    private HotKeyMeter _meter = null!;

    /// <summary>A request has 100 trace IDs, or nearly as many values of the attribute as it has spans.</summary>
    [Params(RoutingKey.TraceId, RoutingKey.Attributes)]
    public RoutingKey Key { get; set; }

    /// <summary>Makes the meter, as an exporter has it.</summary>
    [GlobalSetup]
    public void Prepare() => _meter = new HotKeyMeter(
        "bench", new SplitOptions(Key, IdentifierDialect.CoLocated, Key == RoutingKey.Attributes ? new RoutingAttributes(["attr.key.3"]) : null));

    /// <summary>Per item.</summary>
    [Benchmark(OperationsPerInvoke = Requests * ItemAttributes.Items)]
    public void Observe()
    {
        for (int i = 0; i < Requests; i++)
            _meter.Observe(Signal.Traces, _request, _table);
    }
}
