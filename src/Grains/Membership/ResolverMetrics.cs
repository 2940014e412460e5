using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OrleansLb.Grains.Membership;

/// <summary>The Collector's metrics of resolvers, under its names.</summary>
internal sealed class ResolverMetrics
{
    private readonly Counter<long> _resolutions;
    private readonly Gauge<long> _backends;
    private readonly Counter<long> _updates;

    public ResolverMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create("OrleansLb");
        _resolutions = meter.CreateCounter<long>("otelcol_loadbalancer_num_resolutions", "{resolutions}", "Number of times the resolver has triggered new resolutions.");
        _backends = meter.CreateGauge<long>("otelcol_loadbalancer_num_backends", "{backends}", "Current number of backends in use.");
        _updates = meter.CreateCounter<long>("otelcol_loadbalancer_num_backend_updates", "{updates}", "Number of times the list of backends was updated.");
    }

    /// <summary>The resolver was asked.</summary>
    public void Resolved(string componentId, string resolver, bool success)
    {
        var tags = Tags(componentId, resolver);
        tags.Add("success", success ? "true" : "false");
        _resolutions.Add(1, tags);
    }

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
