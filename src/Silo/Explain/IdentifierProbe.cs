using System.Diagnostics;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Silo.Load;

namespace OrleansLb.Silo.Explain;

/// <summary>
/// Has the splitter itself say which bytes it asks a router with: it is given a request of one item, and the router listens.
/// So there is one rule, and what this answers cannot differ from it.
/// </summary>
internal sealed class IdentifierProbe : IKeyRouter
{
    // numbers of OTLP's fields
    private const int Resource = 1, Attributes = 1, ScopeEntries = 2, Items = 2;
    private const int SpanTraceId = 1, LogTraceId = 9;
    private const int MetricName = 1, MetricGauge = 5, GaugePoints = 1, PointInteger = 6;

    private byte[] _identifier = [];

    public int SlotLimit => 1;

    /// <summary>The routing identifier of an item.</summary>
    /// <param name="signal">What is exported; it must support the key.</param>
    /// <param name="split">What decides the item's backend.</param>
    /// <param name="known">What is known of the item: its <see cref="RoutingKey.TraceId"/> or its <see cref="RoutingKey.Service"/>.</param>
    /// <param name="value">The item's raw trace ID, or its service's name.</param>
    /// <returns>Null when the splitter draws another identifier each time.</returns>
    public static byte[]? Find(Signal signal, in SplitOptions split, RoutingKey known, ReadOnlySpan<byte> value)
    {
        byte[] request = known switch
        {
            RoutingKey.TraceId => Request(signal, new WireMessage(), value),
            RoutingKey.Service => Request(signal, Service(value), []),
            _ => throw new ArgumentOutOfRangeException(nameof(known), known, "only trace IDs and services can be asked for"),
        };
        var probe = new IdentifierProbe();
        byte[] first = probe.Split(signal, split, request);
        return probe.Split(signal, split, request).AsSpan().SequenceEqual(first) ? first : null;
    }

    public int SlotOf(ReadOnlySpan<byte> routingIdentifier)
    {
        _identifier = routingIdentifier.ToArray();
        return 0;
    }

    private static WireMessage Service(ReadOnlySpan<byte> name) => new WireMessage().Nested(
        Attributes, new WireMessage().String(1, "service.name").Nested(2, new WireMessage().Bytes(1, name)));

    private static byte[] Request(Signal signal, WireMessage resource, ReadOnlySpan<byte> traceId)
    {
        var item = signal switch
        {
            Signal.Traces => new WireMessage().Bytes(SpanTraceId, traceId),
            Signal.Logs => new WireMessage().Bytes(LogTraceId, traceId),
            _ => new WireMessage().String(MetricName, "m").Nested(
                MetricGauge, new WireMessage().Nested(GaugePoints, new WireMessage().Fixed64(PointInteger, 1))),
        };
        var scope = new WireMessage().Nested(Items, item);
        return new WireMessage().Nested(1, new WireMessage().Nested(Resource, resource).Nested(ScopeEntries, scope)).ToArray();
    }

    private byte[] Split(Signal signal, in SplitOptions split, byte[] request)
    {
        using var plan = SplitPlan.Rent();
        if (!RequestSplitter.TrySplit(signal, split, request, this, plan, out var error))
            throw new UnreachableException($"the splitter does not take the probe: {error}");
        return _identifier;
    }
}
