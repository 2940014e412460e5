namespace OrleansLb.Otlp.Wire;

/// <summary>
/// Tags and field numbers of <c>opentelemetry/proto</c> that the product reads. The three signals nest alike: request,
/// resource entry, scope entry, item; only what lies inside an item differs.
/// </summary>
internal static class OtlpTags
{
    /// <summary>Every embedded message and every byte string.</summary>
    private const uint Length = WireType.LengthDelimited;

    public const uint ResourceEntriesNumber = 1;
    public const uint ResourceEntries = (ResourceEntriesNumber << 3) | Length;

    public const uint ResourceNumber = 1;
    public const uint Resource = (ResourceNumber << 3) | Length;
    public const uint ScopeEntriesNumber = 2;
    public const uint ScopeEntries = (ScopeEntriesNumber << 3) | Length;

    /// <summary>
    /// <c>instrumentation_library_spans</c>, <c>_logs</c>, <c>_metrics</c>: where scope entries stood before OTLP 0.15. Of the same shape, and unknown to today's backends.
    /// </summary>
    public const uint OldScopeEntriesNumber = 1000;
    public const uint OldScopeEntries = (OldScopeEntriesNumber << 3) | Length;

    public const uint ItemsNumber = 2;
    public const uint Items = (ItemsNumber << 3) | Length;

    // the description, the children, the schema URL
    private const uint LastEntryNumber = 3;

    /// <summary>Whether a field of a resource or scope entry is one of ours by its number, 1 to 3, and not length-delimited as they are.</summary>
    public static bool IsMistyped(WireField field) => field.Number <= LastEntryNumber && field.Type != Length;

    public const uint SpanTraceId = (1 << 3) | Length;
    public const uint LogRecordTraceId = (9 << 3) | Length;

    /// <summary>The data of a metric: gauge 5, sum 7, histogram 9, exponential histogram 10, summary 11.</summary>
    public static bool IsMetricData(uint number) => number is MetricKind.Gauge
        or MetricKind.Sum or MetricKind.Histogram or MetricKind.ExponentialHistogram or MetricKind.Summary;

    /// <summary>The field of the points, in each of the five kinds of metric data.</summary>
    public const uint DataPointsNumber = 1;
    public const uint DataPoints = (DataPointsNumber << 3) | Length;

    public const uint MetricNameNumber = 1;
    public const uint MetricUnitNumber = 3;
    public const uint TemporalityNumber = 2;
    public const uint MonotonicNumber = 3;

    /// <summary>The scope in a scope entry.</summary>
    public const uint Scope = (1 << 3) | Length;
    public const uint ScopeNameNumber = 1;
    public const uint ScopeVersionNumber = 2;
    public const uint ScopeAttributesNumber = 3;

    public const uint SpanIdNumber = 2;
    public const uint SpanParentIdNumber = 4;
    public const uint SpanNameNumber = 5;
    public const uint SpanKindNumber = 6;
    public const uint SpanStartNumber = 7;
    public const uint SpanEndNumber = 8;
    public const uint SpanAttributesNumber = 9;
    public const uint SpanStatusNumber = 15;

    public const uint LogTimeNumber = 1;
    public const uint SeverityNumber = 2;
    public const uint SeverityTextNumber = 3;
    public const uint BodyNumber = 5;
    public const uint LogRecordAttributesNumber = 6;
    public const uint LogFlagsNumber = 8;
    public const uint LogSpanIdNumber = 10;
    public const uint LogObservedTimeNumber = 11;

    /// <summary>The field of the elements of an array, and that of the pairs of a map.</summary>
    public const uint ElementsNumber = 1;

    public const uint ResourceAttributesNumber = 1;
    public const uint ResourceAttributes = (ResourceAttributesNumber << 3) | Length;

    /// <summary>Where the points of a kind of metric data have their attributes.</summary>
    public static uint PointAttributesNumber(uint kind) => kind switch
    {
        MetricKind.Histogram => 9,
        MetricKind.ExponentialHistogram => 1,
        _ => 7,
    };

    public const uint KeyNumber = 1;
    public const uint Key = (KeyNumber << 3) | Length;
    public const uint ValueNumber = 2;
    public const uint Value = (ValueNumber << 3) | Length;
}
