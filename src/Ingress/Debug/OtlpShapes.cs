using OrleansLb.Otlp;
using Fields = System.Collections.Generic.Dictionary<uint, OrleansLb.Ingress.Debug.FieldShape>;

namespace OrleansLb.Ingress.Debug;

/// <summary>The messages of the three OTLP export requests, as opentelemetry-proto 1.x numbers their fields.</summary>
internal static class OtlpShapes
{
    private static readonly FieldShape s_attribute = new("attribute", FieldKind.Attribute);
    private static readonly FieldShape s_dropped = new("dropped attributes", FieldKind.Unsigned);
    private static readonly FieldShape s_schemaUrl = new("schema URL", FieldKind.Text);
    private static readonly FieldShape s_traceId = new("trace ID", FieldKind.Hexadecimal);
    private static readonly FieldShape s_spanId = new("span ID", FieldKind.Hexadecimal);
    private static readonly FieldShape s_startTime = new("start time", FieldKind.Time);
    private static readonly FieldShape s_time = new("time", FieldKind.Time);
    private static readonly FieldShape s_flags = new("flags", FieldKind.Unsigned);
    private static readonly FieldShape s_count = new("count", FieldKind.Fixed64);
    private static readonly FieldShape s_sum = new("sum", FieldKind.Double);
    private static readonly FieldShape s_temporality =
        new("aggregation temporality", FieldKind.Enumeration) { ValueNames = ["Unspecified", "Delta", "Cumulative"] };

    private static readonly FieldShape s_exemplar = Message("exemplar", new Fields
    {
        [2] = s_time,
        [3] = new("value", FieldKind.Double),
        [4] = s_spanId,
        [5] = s_traceId,
        [6] = new("value", FieldKind.SignedFixed64),
        [7] = s_attribute,
    });

    private static readonly Fields s_span = new()
    {
        [1] = s_traceId,
        [2] = s_spanId,
        [3] = new("trace state", FieldKind.Text),
        [4] = new("parent span ID", FieldKind.Hexadecimal),
        [5] = new("name", FieldKind.Text),
        [6] = new("kind", FieldKind.Enumeration) { ValueNames = ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"] },
        [7] = s_startTime,
        [8] = new("end time", FieldKind.Time),
        [9] = s_attribute,
        [10] = s_dropped,
        [11] = Message("event", new Fields { [1] = s_time, [2] = new("name", FieldKind.Text), [3] = s_attribute, [4] = s_dropped }),
        [12] = new("dropped events", FieldKind.Unsigned),
        [13] = Message("link", new Fields
        {
            [1] = s_traceId,
            [2] = s_spanId,
            [3] = new("trace state", FieldKind.Text),
            [4] = s_attribute,
            [5] = s_dropped,
            [6] = new("flags", FieldKind.Fixed32),
        }),
        [14] = new("dropped links", FieldKind.Unsigned),
        [15] = Message("status", new Fields
        {
            [2] = new("message", FieldKind.Text),
            [3] = new("code", FieldKind.Enumeration) { ValueNames = ["Unset", "Ok", "Error"] },
        }),
        [16] = new("flags", FieldKind.Fixed32),
    };

    private static readonly Fields s_logRecord = new()
    {
        [1] = s_time,
        [2] = new("severity number", FieldKind.Unsigned),
        [3] = new("severity text", FieldKind.Text),
        [5] = new("body", FieldKind.AnyValue),
        [6] = s_attribute,
        [7] = s_dropped,
        [8] = new("flags", FieldKind.Fixed32),
        [9] = s_traceId,
        [10] = s_spanId,
        [11] = new("observed time", FieldKind.Time),
        [12] = new("event name", FieldKind.Text),
    };

    private static readonly FieldShape s_numberPoint = Message("data point", new Fields
    {
        [2] = s_startTime,
        [3] = s_time,
        [4] = new("value", FieldKind.Double),
        [5] = s_exemplar,
        [6] = new("value", FieldKind.SignedFixed64),
        [7] = s_attribute,
        [8] = s_flags,
    });

    private static readonly FieldShape s_histogramPoint = Message("data point", new Fields
    {
        [2] = s_startTime,
        [3] = s_time,
        [4] = s_count,
        [5] = s_sum,
        [6] = new("bucket counts", FieldKind.PackedFixed64),
        [7] = new("explicit bounds", FieldKind.PackedDouble),
        [8] = s_exemplar,
        [9] = s_attribute,
        [10] = s_flags,
        [11] = new("min", FieldKind.Double),
        [12] = new("max", FieldKind.Double),
    });

    private static readonly Fields s_buckets = new()
    {
        [1] = new("offset", FieldKind.ZigZag),
        [2] = new("bucket counts", FieldKind.PackedVarint),
    };

    private static readonly FieldShape s_exponentialPoint = Message("data point", new Fields
    {
        [1] = s_attribute,
        [2] = s_startTime,
        [3] = s_time,
        [4] = s_count,
        [5] = s_sum,
        [6] = new("scale", FieldKind.ZigZag),
        [7] = new("zero count", FieldKind.Fixed64),
        [8] = Message("positive", s_buckets),
        [9] = Message("negative", s_buckets),
        [10] = s_flags,
        [11] = s_exemplar,
        [12] = new("min", FieldKind.Double),
        [13] = new("max", FieldKind.Double),
        [14] = new("zero threshold", FieldKind.Double),
    });

    private static readonly FieldShape s_summaryPoint = Message("data point", new Fields
    {
        [2] = s_startTime,
        [3] = s_time,
        [4] = s_count,
        [5] = s_sum,
        [6] = Message("quantile", new Fields { [1] = new("quantile", FieldKind.Double), [2] = new("value", FieldKind.Double) }),
        [7] = s_attribute,
        [8] = s_flags,
    });

    private static readonly Fields s_metric = new()
    {
        [1] = new("name", FieldKind.Text),
        [2] = new("description", FieldKind.Text),
        [3] = new("unit", FieldKind.Text),
        [5] = Message("gauge", new Fields { [1] = s_numberPoint }),
        [7] = Message("sum", new Fields { [1] = s_numberPoint, [2] = s_temporality, [3] = new("monotonic", FieldKind.Boolean) }),
        [9] = Message("histogram", new Fields { [1] = s_histogramPoint, [2] = s_temporality }),
        [10] = Message("exponential histogram", new Fields { [1] = s_exponentialPoint, [2] = s_temporality }),
        [11] = Message("summary", new Fields { [1] = s_summaryPoint }),
        [12] = new("metadata", FieldKind.Attribute),
    };

    private static readonly FieldShape s_resource =
        Message("resource", new Fields { [1] = s_attribute, [2] = s_dropped });

    private static readonly FieldShape s_scope = Message("scope", new Fields
    {
        [1] = new("name", FieldKind.Text),
        [2] = new("version", FieldKind.Text),
        [3] = s_attribute,
        [4] = s_dropped,
    });

    private static readonly Fields s_traces = Request("spans", "span", s_span);
    private static readonly Fields s_logs = Request("logs", "log record", s_logRecord);
    private static readonly Fields s_metrics = Request("metrics", "metric", s_metric);

    /// <summary>The fields of a signal's export request.</summary>
    public static IReadOnlyDictionary<uint, FieldShape> Of(Signal signal) => signal switch
    {
        Signal.Traces => s_traces,
        Signal.Logs => s_logs,
        _ => s_metrics,
    };

    private static Fields Request(string plural, string singular, Fields item) => new()
    {
        [1] = Message($"resource {plural}", new Fields
        {
            [1] = s_resource,
            [2] = Message($"scope {plural}", new Fields { [1] = s_scope, [2] = Message(singular, item), [3] = s_schemaUrl }),
            [3] = s_schemaUrl,
        }),
    };

    private static FieldShape Message(string name, Fields fields) => new(name, FieldKind.Message) { Fields = fields };
}
