using System.Diagnostics.Metrics;

namespace OrleansLb.Silo.Telemetry;

/// <summary>The cluster as this process sees it.</summary>
internal sealed class ClusterMetrics
{
    public ClusterMetrics(IMeterFactory meters, Func<int> activeSilos) => meters.Create(MetricsRegistry.MeterName)
        .CreateObservableGauge("orleanslb_cluster_silos", activeSilos, "{silo}", "Silos of the cluster that are active, as far as this process knows.");
}
