using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;

namespace OrleansLb.Silo.Admin;

/// <summary>Whether the program takes traffic, from the end of its start-up to the beginning of its shutdown, and what it waits for.</summary>
internal sealed class Readiness
{
    private volatile Func<IReadOnlyList<ExporterReadiness>> _exporters = static () => [];
    private volatile bool _isReady;

    public bool IsReady => _isReady;

    /// <summary>The exporters in the order of their component IDs; none before the program knows them.</summary>
    public IReadOnlyList<ExporterReadiness> Exporters => _exporters();

    public void Set(bool ready) => _isReady = ready;

    /// <summary>From now on the exporters of this catalog are shown.</summary>
    public void Show(IExporterCatalog catalog, IRoutingStates states) => _exporters = () =>
        [.. catalog.ComponentIds.Order(StringComparer.Ordinal).Select(id => new ExporterReadiness(catalog.Get(id), states.StateOf(id)))];
}

/// <summary>One exporter and what is known of its routing table.</summary>
internal sealed record ExporterReadiness(LoadBalancingOptions Options, RoutingState State);
