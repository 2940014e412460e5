namespace OrleansLb.Grains.Options;

/// <summary>The configured exporters of this process, by component ID. Silos of a cluster may differ while an update rolls over them.</summary>
public interface IExporterCatalog
{
    /// <summary>The component IDs of all exporters.</summary>
    IReadOnlyCollection<string> ComponentIds { get; }

    /// <summary>The options of an exporter.</summary>
    /// <exception cref="KeyNotFoundException">No exporter has this component ID.</exception>
    LoadBalancingOptions Get(string componentId);
}
