using System.Diagnostics.Metrics;
using OrleansLb.Otlp;

namespace OrleansLb.Grains.Telemetry;

/// <summary>Counters of items, whose names say which: spans, log records, metric points.</summary>
public static class ItemCounters
{
    /// <summary>One counter per signal, by its number.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="name">The name, with <c>{0}</c> for the items.</param>
    /// <param name="description">What is counted.</param>
    public static Counter<long>[] PerSignal(Meter meter, string name, string description)
    {
        ArgumentNullException.ThrowIfNull(meter);
        ArgumentNullException.ThrowIfNull(name);
        var counters = new Counter<long>[3];
        counters[(int)Signal.Traces] = Items("spans", "{span}");
        counters[(int)Signal.Logs] = Items("log_records", "{record}");
        counters[(int)Signal.Metrics] = Items("metric_points", "{datapoint}");
        return counters;

        Counter<long> Items(string noun, string unit) => meter.CreateCounter<long>(name.Replace("{0}", noun, StringComparison.Ordinal), unit, description);
    }

    /// <summary>The counters of items that found no room in a queue: routers refuse as well as queues do.</summary>
    public static Counter<long>[] EnqueueFailed(Meter meter) => PerSignal(meter, "otelcol_exporter_enqueue_failed_{0}", "Items that were refused at the queue.");
}
