using OrleansLb.Grains.Options;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Ingress.Receivers;

namespace OrleansLb.Configuration.Components;

/// <summary>Collects the options of the components of a configuration.</summary>
internal sealed class PipelineDraft
{
    public List<OtlpReceiverOptions> Receivers { get; } = [];

    public List<LoadBalancingOptions> LoadBalancers { get; } = [];

    public List<DebugExporterOptions> DebugExporters { get; } = [];

    public List<StoreDeclaration> Stores { get; } = [];

    /// <summary>Which receivers' signals go where.</summary>
    public List<SignalWire> Wires { get; } = [];

    public LoggingOptions Logging { get; set; } = new();

    public ProcessOptions Process { get; set; } = new();

    public ClusterDeclaration? Cluster { get; set; }

    public PipelineConfiguration ToConfiguration() => new()
    {
        Receivers = [.. Receivers],
        LoadBalancers = [.. LoadBalancers],
        DebugExporters = [.. DebugExporters],
        Stores = [.. Stores],
        Logging = Logging,
        Process = Process,
        Cluster = Cluster,
    };
}
