using System.Diagnostics.Metrics;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Telemetry;
using OrleansLb.Otlp;

namespace OrleansLb.Ingress.Telemetry;

/// <summary>What the router of one load balancer counts, with its labels made once.</summary>
internal sealed class RoutingMetrics
{
    private readonly Counter<long> _missingKey;
    private readonly Counter<long> _rerouted;

    // by signal
    private readonly Counter<long>[] _enqueueFailed;
    private readonly KeyValuePair<string, object?>[][] _labels;
    private readonly KeyValuePair<string, object?>[] _exporter;

    public RoutingMetrics(IMeterFactory meters, LoadBalancingOptions options)
    {
        _missingKey = meters.Create(ReceiverMetrics.MeterName).CreateCounter<long>(
            "orleanslb_missing_routing_key_items", "{item}", "Items that came without what they are routed by, and were routed all the same.");
        _rerouted = meters.Create(ReceiverMetrics.MeterName).CreateCounter<long>(
            "orleanslb_rerouted_items", "{item}", "Items that nobody took and that were dealt out again by the newest table.");
        _enqueueFailed = ItemCounters.EnqueueFailed(meters.Create(ReceiverMetrics.MeterName));
        _exporter =
        [
            new("exporter", $"load_balancing/{options.ComponentId}"),
            new("component_path", "/"),
            new("component_id", options.ComponentId),
        ];
        _labels = [.. Enum.GetValues<Signal>().Select(signal => (KeyValuePair<string, object?>[])
        [
            .. _exporter,
            new("signal", signal.ToString().ToLowerInvariant()),
            new("key", options.RoutingKey.Name()),
        ])];
    }

    /// <summary>Counts items that were refused because their queues had no room: none of the request was queued.</summary>
    public void EnqueueFailed(Signal signal, int items) => _enqueueFailed[(int)signal].Add(items, _exporter);

    /// <summary>Counts items that are dealt out once more.</summary>
    public void Rerouted(Signal signal, int items) => _rerouted.Add(items, _labels[(int)signal]);

    /// <summary>Counts items whose routing key is missing, if there are any.</summary>
    public void MissingKey(Signal signal, int items)
    {
        if (items != 0)
            _missingKey.Add(items, _labels[(int)signal]);
    }
}
