using System.Diagnostics.Metrics;
using OrleansLb.Grains.Handover;

namespace OrleansLb.Ingress.Telemetry;

/// <summary>Shows the hand-over of one load balancer's keys.</summary>
internal static class HandoverMetrics
{
    public static void Show(IMeterFactory meters, string componentId, KeyHandover handover)
    {
        var meter = meters.Create(ReceiverMetrics.MeterName);
        KeyValuePair<string, object?>[] labels =
        [
            new("exporter", $"load_balancing/{componentId}"),
            new("component_path", "/"),
            new("component_id", componentId),
        ];
        meter.CreateObservableGauge(
            "orleanslb_handover_partitions",
            () => new Measurement<int>(handover.Partitions, labels),
            "{partition}",
            "Partitions that moved and whose keys of before stay with their old owners.");
        meter.CreateObservableCounter(
            "orleanslb_handover_kept_keys",
            () => new Measurement<long>(handover.KeptKeys, labels),
            "{key}",
            "Keys that stayed with the old owner of their partition, once per request.");
        meter.CreateObservableCounter(
            "orleanslb_handover_cut_short_partitions",
            () => new Measurement<long>(handover.CutShort, labels),
            "{partition}",
            "Partitions whose hand-over ended before its window, since there was no memory for so many changes.");
    }
}
