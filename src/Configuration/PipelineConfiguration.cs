using OrleansLb.Grains.Options;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Ingress.Receivers;

namespace OrleansLb.Configuration;

/// <summary>Everything a configuration file says, in the options of the components it names.</summary>
public sealed record PipelineConfiguration
{
    /// <summary>The receivers, in the order of the file.</summary>
    public IReadOnlyList<OtlpReceiverOptions> Receivers { get; init; } = [];

    /// <summary>The load balancers, in the order of the file.</summary>
    public IReadOnlyList<LoadBalancingOptions> LoadBalancers { get; init; } = [];

    /// <summary>The debug exporters, in the order of the file.</summary>
    public IReadOnlyList<DebugExporterOptions> DebugExporters { get; init; } = [];

    /// <summary>The stores, in the order of the file.</summary>
    public IReadOnlyList<StoreDeclaration> Stores { get; init; } = [];

    /// <summary>The program's own log.</summary>
    public LoggingOptions Logging { get; init; } = new();

    /// <summary>The process as a whole.</summary>
    public ProcessOptions Process { get; init; } = new();

    /// <summary>The cluster that the process belongs to; null: the configuration names none.</summary>
    public ClusterDeclaration? Cluster { get; init; }
}
