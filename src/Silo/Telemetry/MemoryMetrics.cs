using System.Diagnostics.Metrics;
using OrleansLb.Otlp.Memory;
using OrleansLb.Silo.Memory;

namespace OrleansLb.Silo.Telemetry;

/// <summary>The limits of the process' memory and what its data takes of it.</summary>
internal sealed class MemoryMetrics
{
    private static readonly (MemoryKind Kind, string Name)[] Kinds =
    [
        (MemoryKind.Payload, "payload"), (MemoryKind.Receive, "receive"), (MemoryKind.IdlePayload, "idle_payload"), (MemoryKind.IdleReceive, "idle_receive"),
    ];

    public MemoryMetrics(MemoryPlan plan, MemoryBudget budget, IMeterFactory meters)
    {
        var meter = meters.Create(MetricsRegistry.MeterName);
        meter.CreateObservableGauge("orleanslb_memory_limit_bytes", () => plan.Limit, null, "Memory that the process may use.");
        meter.CreateObservableGauge("orleanslb_memory_data_limit_bytes", () => budget.Limit, null, "Memory of it that data may use; from seven eighths on, requests are refused.");
        meter.CreateObservableGauge(
            "orleanslb_memory_used_bytes",
            () => Kinds.Select(kind => new Measurement<long>(budget.UsedFor(kind.Kind), new KeyValuePair<string, object?>("kind", kind.Name))),
            null,
            "Memory that data uses (payload, receive), and that is kept for later (idle_payload, idle_receive).");
    }
}
