using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using OrleansLb.Grains.Exporting;
using OrleansLb.Grains.Exporting.SendingQueues;
using OrleansLb.Otlp;

namespace OrleansLb.Grains.Telemetry;

/// <summary>What one exporter grain counts, with its labels made once.</summary>
internal sealed class QueueMetrics : IDisposable
{
    private static readonly string[] SignalNames = ["traces", "logs", "metrics"];

    private readonly ExporterMetrics _instruments;
    private readonly TagList _exporter;
    private readonly string? _slot;
    private readonly string? _lane;
    private readonly long _capacity;
    private TagList _endpoint;
    private KeyValuePair<string, object?>[] _gauge = [];
    private long _size;

    /// <param name="instruments">The instruments.</param>
    /// <param name="key">The grain.</param>
    /// <param name="lane">The value of the label <c>lane</c>; null: there is no such label.</param>
    /// <param name="capacity">What the queue holds.</param>
    public QueueMetrics(ExporterMetrics instruments, ExporterGrainKey key, string? lane, long capacity)
        : this(instruments, key.ComponentId, lane, capacity)
    {
        _slot = key.Slot.ToString(CultureInfo.InvariantCulture);
        Endpoint = "";
    }

    /// <summary>The series of a queue before the split have the signal as <c>data_type</c>, and no backend.</summary>
    public QueueMetrics(ExporterMetrics instruments, SendingQueueKey key, string? lane, long capacity)
        : this(instruments, key.ComponentId, lane, capacity)
    {
        _exporter.Add("data_type", SignalNames[(int)key.Signal]);
        _endpoint = _exporter;
        _gauge = [.. WithLane(_exporter)];
    }

    private QueueMetrics(ExporterMetrics instruments, string componentId, string? lane, long capacity)
    {
        _instruments = instruments;
        _lane = lane;
        _capacity = capacity;
        _exporter = new TagList
        {
            { "exporter", $"load_balancing/{componentId}" },
            { "component_path", "/" },
            { "component_id", componentId },
        };
    }

    /// <summary>The backend of the ring slot; while the seat is vacant, the last one. Queues before the split have none.</summary>
    public string Endpoint
    {
        get;
        set
        {
            field = value;
            _endpoint = With(_exporter, ("endpoint", value));
            _gauge = [.. WithLane(With(_endpoint, ("ring_slot", _slot!)))];
        }
    } = "";

    public Measurement<long> Size => new(Volatile.Read(ref _size), _gauge);

    public Measurement<long> Capacity => new(_capacity, _gauge);

    public void Resized(long size) => Volatile.Write(ref _size, size);

    public void Sent(Signal signal, int items) => _instruments.Sent[(int)signal].Add(items, in _exporter);

    public void SendFailed(Signal signal, int items) => _instruments.SendFailed[(int)signal].Add(items, in _exporter);

    public void EnqueueFailed(Signal signal, int items) => _instruments.EnqueueFailed[(int)signal].Add(items, in _exporter);

    public void Retried() => _instruments.Retries.Add(1, in _endpoint);

    public void BatchUnmerged() => _instruments.UnmergedBatches.Add(1, in _endpoint);

    public void RequestCut() => _instruments.CutRequests.Add(1, in _endpoint);

    public void DealtOut(int items) => _instruments.DealtOut.Add(items, in _endpoint);

    public void PassedOn(int items) => _instruments.PassedOn.Add(items, in _exporter);

    public void PartiallyRejected(long items) => _instruments.PartiallyRejected.Add(items, in _endpoint);

    /// <summary>A segment that only says what is done counts as none.</summary>
    public void SegmentStored(int parts, long bytes)
    {
        if (parts == 0)
            return;
        _instruments.Segments.Add(1, in _exporter);
        _instruments.StoredParts.Add(parts, in _exporter);
        _instruments.StoredBytes.Add(bytes, in _exporter);
    }

    public void DeliveredUnstored() => _instruments.UnstoredDeliveries.Add(1, in _exporter);

    public void SegmentQuarantined(int parts)
    {
        _instruments.QuarantinedSegments.Add(1, in _exporter);
        _instruments.QuarantinedParts.Add(parts, in _exporter);
    }

    public void StoreFailed(string operation)
    {
        var tags = With(_exporter, ("operation", operation));
        _instruments.StoreFailures.Add(1, in tags);
    }

    public void Dropped(Signal signal, string reason, int items)
    {
        var tags = With(_endpoint, ("signal", SignalNames[(int)signal]), ("reason", reason));
        _instruments.Dropped.Add(items, in tags);
    }

    /// <summary>One attempt at this or, for a part on its way to another owner, at another backend is over.</summary>
    public void Attempted(string endpoint, TimeSpan duration, bool success)
    {
        var tags = endpoint == Endpoint ? _endpoint : With(_exporter, ("endpoint", endpoint));
        _instruments.Latency.Record(duration.TotalMilliseconds, in tags);
        tags.Add("success", success ? "true" : "false");
        _instruments.Outcome.Add(1, in tags);
    }

    /// <summary>Ends the gauges: their number stays bound to that of the grains.</summary>
    public void Dispose() => _instruments.Forget(this);

    // Gauges of two lanes that live in one process, as after the death of a silo, would else be one series with two values. Counters add up.
    private TagList WithLane(in TagList tags) => _lane is null ? tags : With(tags, ("lane", _lane));

    private static TagList With(in TagList tags, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var extended = tags;
        foreach (var (name, value) in more)
            extended.Add(name, value);
        return extended;
    }
}
