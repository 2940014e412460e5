using System.Diagnostics.Metrics;

namespace OrleansLb.Storage.Telemetry;

/// <summary>The instruments of all stores; the exposition adds <c>_total</c> and units.</summary>
internal sealed class StorageInstruments
{
    private const string MeterName = "OrleansLb";

    public StorageInstruments(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        Writes = meter.CreateCounter<long>("orleanslb_storage_writes", "{record}", "Records that were written or removed.");
        Transactions = meter.CreateCounter<long>("orleanslb_storage_transactions", "{transaction}", "Transactions that wrote them.");
        Bytes = meter.CreateCounter<long>("orleanslb_storage_bytes", "By", "Bytes of the written records.");
        Failures = meter.CreateCounter<long>("orleanslb_storage_failures", "{call}", "Calls that failed, by operation and reason.");
        WriteDuration = meter.CreateHistogram<double>(
            "orleanslb_storage_write_duration", "s", "Time from a grain's write to its answer.", advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
            });
    }

    public Counter<long> Writes { get; }

    public Counter<long> Transactions { get; }

    public Counter<long> Bytes { get; }

    public Counter<long> Failures { get; }

    public Histogram<double> WriteDuration { get; }
}
