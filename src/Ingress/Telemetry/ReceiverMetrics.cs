using System.Diagnostics.Metrics;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Otlp;

namespace OrleansLb.Ingress.Telemetry;

/// <summary>The counters of one listener. Names and labels are Alloy's; the exposition adds <c>_total</c>.</summary>
internal sealed class ReceiverMetrics
{
    public const string MeterName = "OrleansLb";

    private static readonly string[] SignalNames = ["traces", "logs", "metrics"];
    private static readonly RejectReason[] Reasons = Enum.GetValues<RejectReason>();

    // by signal
    private readonly Counter<long>[] _accepted;
    private readonly Counter<long>[] _refused;
    private readonly Counter<long> _refusedByReason;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _unroutable;
    private readonly KeyValuePair<string, object?>[] _labels;
    private readonly KeyValuePair<string, object?>[] _oldFieldLabels;
    private readonly KeyValuePair<string, object?>[][] _reasonLabels;

    public ReceiverMetrics(IMeterFactory meters, string componentId, string transport)
    {
        var meter = meters.Create(MeterName);
        _accepted = PerSignal(meter, "otelcol_receiver_accepted_", "Items that were pushed into the pipeline.");
        _refused = PerSignal(meter, "otelcol_receiver_refused_", "Items that could not be pushed into the pipeline.");
        _refusedByReason = meter.CreateCounter<long>("orleanslb_receiver_refused_items", null, "Items that could not be pushed into the pipeline, by reason.");
        _rejected = meter.CreateCounter<long>(
            "orleanslb_receiver_rejected_requests", null, "Requests that were turned away before their items could be counted.");
        _unroutable = meter.CreateCounter<long>(
            "orleanslb_receiver_unroutable_items", null, "Items in a field that backends do not know any more; they are moved to the field of today.");
        _labels =
        [
            new("receiver", $"otlp/{componentId}"),
            new("transport", transport),
            new("component_path", "/"),
            new("component_id", componentId),
        ];
        _oldFieldLabels = [.. _labels, new("reason", "deprecated_field")];
        _reasonLabels = [.. Reasons.Select(reason => (KeyValuePair<string, object?>[])[.. _labels, new("reason", NameOf(reason))])];
    }

    public void Accepted(Signal signal, int items) => _accepted[(int)signal].Add(items, _labels);

    /// <param name="signal">The signal of the items.</param>
    /// <param name="items">How many.</param>
    /// <param name="reason"><c>cancelled</c>: the client went away; <c>unavailable</c>: it may try again; <c>invalid</c>, <c>failed</c>: it need not; <c>memory</c>.</param>
    public void Refused(Signal signal, int items, string reason)
    {
        _refused[(int)signal].Add(items, _labels);
        _refusedByReason.Add(items, [.. _labels, new("signal", SignalNames[(int)signal]), new("reason", reason)]);
    }

    public void Rejected(RejectReason reason) => _rejected.Add(1, _reasonLabels[(int)reason]);

    /// <summary>Items in a field of before OTLP 0.15.</summary>
    public void OldField(int items) => _unroutable.Add(items, _oldFieldLabels);

    private static Counter<long>[] PerSignal(Meter meter, string prefix, string description) =>
    [
        meter.CreateCounter<long>(prefix + "spans", null, description),
        meter.CreateCounter<long>(prefix + "log_records", null, description),
        meter.CreateCounter<long>(prefix + "metric_points", null, description),
    ];

    private static string NameOf(RejectReason reason) => reason switch
    {
        RejectReason.None => "none",
        RejectReason.Unserved => "unserved",
        RejectReason.ContentType => "content_type",
        RejectReason.UnsupportedCoding => "unsupported_coding",
        RejectReason.Framing => "framing",
        RejectReason.TooLarge => "too_large",
        RejectReason.DecompressedTooLarge => "decompressed_too_large",
        RejectReason.CorruptCompression => "corrupt_compression",
        RejectReason.Undecodable => "undecodable",
        RejectReason.Aborted => "aborted",
        RejectReason.Deadline => "deadline",
        RejectReason.Memory => "memory",
        RejectReason.Overload => "overload",
        RejectReason.Idle => "idle",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };
}
