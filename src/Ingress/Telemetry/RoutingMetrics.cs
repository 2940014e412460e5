using System.Diagnostics.Metrics;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp;

namespace OrleansLb.Ingress.Telemetry;

/// <summary>What the router of one load balancer counts, with its labels made once.</summary>
internal sealed class RoutingMetrics
{
    private readonly Counter<long> _missingKey;

    // by signal
    private readonly KeyValuePair<string, object?>[][] _labels;

    public RoutingMetrics(IMeterFactory meters, LoadBalancingOptions options)
    {
        _missingKey = meters.Create(ReceiverMetrics.MeterName).CreateCounter<long>(
            "orleanslb_missing_routing_key_items", "{item}", "Items that came without what they are routed by, and were routed all the same.");
        _labels = [.. Enum.GetValues<Signal>().Select(signal => new KeyValuePair<string, object?>[]
        {
            new("exporter", $"load_balancing/{options.ComponentId}"),
            new("component_path", "/"),
            new("component_id", options.ComponentId),
            new("signal", signal.ToString().ToLowerInvariant()),
            new("key", options.RoutingKey.Name()),
        })];
    }

    /// <summary>Counts items whose routing key is missing, if there are any.</summary>
    public void MissingKey(Signal signal, int items)
    {
        if (items != 0)
            _missingKey.Add(items, _labels[(int)signal]);
    }
}
