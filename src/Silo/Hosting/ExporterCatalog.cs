using System.Collections.Frozen;
using OrleansLb.Grains.Options;

namespace OrleansLb.Silo.Hosting;

/// <summary>The exporters of a loaded configuration.</summary>
internal sealed class ExporterCatalog(IEnumerable<LoadBalancingOptions> exporters) : IExporterCatalog
{
    private readonly FrozenDictionary<string, LoadBalancingOptions> _exporters =
        exporters.ToFrozenDictionary(static e => e.ComponentId, StringComparer.Ordinal);

    public IReadOnlyCollection<string> ComponentIds => _exporters.Keys;

    public LoadBalancingOptions Get(string componentId) => _exporters.TryGetValue(componentId, out var options)
        ? options
        : throw new KeyNotFoundException($"no exporter has the component ID '{componentId}'");
}
