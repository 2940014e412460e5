using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using OrleansLb.Grains.Exporting;
using OrleansLb.Grains.Exporting.SendingQueues;
using OrleansLb.Grains.Lanes;

namespace OrleansLb.Grains.Telemetry;

/// <summary>
/// The instruments of exporter grains: the names of the Collector and of Alloy where they have one, ours under <c>orleanslb_</c>.
/// The exposition adds <c>_total</c> and units.
/// </summary>
internal sealed class ExporterMetrics
{
    /// <summary>The meter of the whole program.</summary>
    public const string MeterName = "OrleansLb";

    private readonly ConcurrentDictionary<QueueMetrics, byte> _queues = new(ReferenceEqualityComparer.Instance);
    private readonly Meter _meter;

    private readonly bool _hasLanes;

    public ExporterMetrics(IMeterFactory factory, ILanes lanes)
    {
        _hasLanes = lanes.IsCluster;
        _meter = factory.Create(MeterName);
        Sent = ItemCounters.PerSignal(_meter, "otelcol_exporter_sent_{0}", "Items that a backend took.");
        SendFailed = ItemCounters.PerSignal(_meter, "otelcol_exporter_send_failed_{0}", "Items that no backend took.");
        EnqueueFailed = ItemCounters.EnqueueFailed(_meter);
        Retries = _meter.CreateCounter<long>("orleanslb_exporter_retries", "{attempt}", "Attempts after the first one.");
        Dropped = _meter.CreateCounter<long>("orleanslb_dropped_items", "{item}", "Accepted items that were given up, by reason.");
        PartiallyRejected = _meter.CreateCounter<long>(
            "orleanslb_exporter_partial_rejected_items", "{item}", "Items that a backend refused out of requests that it took.");
        DealtOut = _meter.CreateCounter<long>(
            "orleanslb_exporter_dealt_out_items", "{item}", "Items that left a vacant ring slot's queue for their new owners.");
        PassedOn = _meter.CreateCounter<long>(
            "orleanslb_exporter_passed_on_items", "{item}", "Accepted items that left a queue which ends for one that goes on, on another silo or in its next activation.");
        Segments = _meter.CreateCounter<long>("orleanslb_queue_segments", "{segment}", "Writes to the stores of queues that hold parts.");
        StoredParts = _meter.CreateCounter<long>("orleanslb_queue_stored_requests", "{request}", "Requests that were stored.");
        StoredBytes = _meter.CreateCounter<long>("orleanslb_queue_stored_bytes", "By", "Bytes of the requests that were stored.");
        UnstoredDeliveries = _meter.CreateCounter<long>(
            "orleanslb_queue_unstored_deliveries", "{request}", "Requests of stored queues that were delivered before they had to be stored.");
        StoreFailures = _meter.CreateCounter<long>("orleanslb_queue_store_failures", "{call}", "Calls to a queue's store that failed, by operation.");
        QuarantinedSegments = _meter.CreateCounter<long>("orleanslb_quarantined_segments", "{segment}", "Stored segments that were corrupt or gone.");
        QuarantinedParts = _meter.CreateCounter<long>(
            "orleanslb_quarantined_requests", "{request}", "Accepted requests that were lost with such a segment, as far as is known.");
        UnmergedBatches = _meter.CreateCounter<long>(
            "orleanslb_exporter_unmerged_batches", "{batch}", "Batches that a backend refused for good and that were sent again part by part.");
        CutRequests = _meter.CreateCounter<long>(
            "orleanslb_exporter_cut_requests", "{request}", "Requests that were larger than their backend takes and were sent in pieces.");
        Latency = _meter.CreateHistogram<double>(
            "otelcol_loadbalancer_backend_latency", "ms", "Time of one attempt at a backend.", advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
            });
        Outcome = _meter.CreateCounter<long>("otelcol_loadbalancer_backend_outcome", "{outcome}", "Attempts at a backend, by success.");
        _meter.CreateObservableGauge(
            "otelcol_exporter_queue_size",
            () => _queues.Keys.Select(static queue => queue.Size), description: "What is in the queue, in its sizer's unit, with what is on its way.");
        _meter.CreateObservableGauge(
            "otelcol_exporter_queue_capacity", () => _queues.Keys.Select(static queue => queue.Capacity), description: "What the queue holds, in its sizer's unit.");
    }

    public Counter<long> PassedOn { get; }

    public Counter<long>[] Sent { get; }

    public Counter<long>[] SendFailed { get; }

    public Counter<long>[] EnqueueFailed { get; }

    public Counter<long> Retries { get; }

    public Counter<long> Dropped { get; }

    public Counter<long> PartiallyRejected { get; }

    public Counter<long> DealtOut { get; }

    public Counter<long> Segments { get; }

    public Counter<long> StoredParts { get; }

    public Counter<long> StoredBytes { get; }

    public Counter<long> UnstoredDeliveries { get; }

    public Counter<long> StoreFailures { get; }

    public Counter<long> QuarantinedSegments { get; }

    public Counter<long> QuarantinedParts { get; }

    public Counter<long> UnmergedBatches { get; }

    public Counter<long> CutRequests { get; }

    public Histogram<double> Latency { get; }

    public Counter<long> Outcome { get; }

    /// <summary>The metrics of one grain; its gauges exist until they are disposed.</summary>
    public QueueMetrics Track(ExporterGrainKey key, long capacity) => Track(new QueueMetrics(this, key, LabelOf(key.Lane), capacity));

    /// <summary>The metrics of a queue before the split.</summary>
    public QueueMetrics Track(SendingQueueKey key, long capacity) => Track(new QueueMetrics(this, key, LabelOf(key.Lane), capacity));

    public void Forget(QueueMetrics queue) => _queues.TryRemove(queue, out _);

    // with one process there is one lane, and dashboards have no use for its name
    private string? LabelOf(string lane) => _hasLanes ? lane : null;

    private QueueMetrics Track(QueueMetrics queue)
    {
        _queues.TryAdd(queue, 0);
        return queue;
    }
}
