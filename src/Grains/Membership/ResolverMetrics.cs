using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OrleansLb.Grains.Membership;

/// <summary>The Collector's metrics of resolvers, under its names, and one of ours.</summary>
internal sealed class ResolverMetrics
{
    private readonly Counter<long> _resolutions;
    private readonly Gauge<long> _backends;
    private readonly Counter<long> _updates;
    private readonly Counter<long> _storeFailures;

    public ResolverMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create("OrleansLb");
        _resolutions = meter.CreateCounter<long>("otelcol_loadbalancer_num_resolutions", "{resolutions}", "Number of times the resolver has triggered new resolutions.");
        _backends = meter.CreateGauge<long>("otelcol_loadbalancer_num_backends", "{backends}", "Current number of backends in use.");
        _updates = meter.CreateCounter<long>("otelcol_loadbalancer_num_backend_updates", "{updates}", "Number of times the list of backends was updated.");
        _storeFailures = meter.CreateCounter<long>(
            "orleanslb_resolver_store_failures", null, "Times that the routing table could not be read from its store or written to it, or no epochs could be reserved.");
    }

    /// <summary>The resolver was asked.</summary>
    public void Resolved(string componentId, string resolver, bool success)
    {
        var tags = Tags(componentId, resolver);
        tags.Add("success", success ? "true" : "false");
        _resolutions.Add(1, tags);
    }

    /// <summary>The store of the routing table did not do what it was asked to.</summary>
    public void StoreFailed(string componentId, string operation) => _storeFailures.Add(
        1, new("exporter", $"load_balancing/{componentId}"), new("component_path", "/"), new("component_id", componentId), new("operation", operation));

    /// <summary>The backends in use, from now on.</summary>
    public void InUse(string componentId, string resolver, int backends) => _backends.Record(backends, Tags(componentId, resolver));

    /// <summary>The list of backends has changed.</summary>
    public void Updated(string componentId, string resolver) => _updates.Add(1, Tags(componentId, resolver));

    private static TagList Tags(string componentId, string resolver) => new()
    {
        { "component_path", "/" },
        { "component_id", componentId },
        { "resolver", resolver },
    };
}
