namespace OrleansLb.Otlp.Wire;

/// <summary>
/// The fields of spans, log records and metrics: of which wire type each is and how long an ID may be. What is otherwise, the Collector's decoder refuses along with the whole
/// request (pdata's generated <c>Unmarshal</c>: "wrong wireType", "invalid length for TraceID").
/// </summary>
internal static class ItemFields
{
    /// <summary>The wire type of a field that nobody knows: it may have any.</summary>
    public const uint Any = 8;

    public const int TraceIdLength = 16;
    public const int SpanIdLength = 8;

    /// <summary>
    /// Four bits for each field number below 16, from the lowest: its wire type, if that is all there is to look at; 15 for IDs, for what is not known and for the number zero.
    /// </summary>
    public const ulong PlainOfSpan = 0x2020_2021_102F_2FFF;

    /// <inheritdoc cref="PlainOfSpan"/>
    public const ulong PlainOfLogRecord = 0xFFF2_1FF5_022F_201F;

    // name, description, unit, the five kinds of data, metadata
    private const uint MetricMessages = 0b1_1110_1010_1110;
    private const uint LastOfMetric = 12;

    /// <summary>The wire type of a span's field.</summary>
    public static uint TypeInSpan(uint number) => number switch
    {
        1 or 2 or 3 or 4 or 5 or 9 or 11 or 13 or 15 => WireType.LengthDelimited,
        6 or 10 or 12 or 14 => WireType.Varint,
        7 or 8 => WireType.Fixed64,
        16 => WireType.Fixed32,
        _ => Any,
    };

    /// <summary>The wire type of a log record's field.</summary>
    public static uint TypeInLogRecord(uint number) => number switch
    {
        3 or 5 or 6 or 9 or 10 or 12 => WireType.LengthDelimited,
        2 or 7 => WireType.Varint,
        1 or 11 => WireType.Fixed64,
        8 => WireType.Fixed32,
        _ => Any,
    };

    /// <summary>Bytes of a span's field that is an ID, unless it is empty; zero for what is no ID.</summary>
    public static int IdInSpan(uint number) => number switch
    {
        1 => TraceIdLength,
        2 or 4 => SpanIdLength,
        _ => 0,
    };

    /// <summary>Bytes of a log record's field that is an ID, unless it is empty; zero for what is no ID.</summary>
    public static int IdInLogRecord(uint number) => number switch
    {
        9 => TraceIdLength,
        10 => SpanIdLength,
        _ => 0,
    };

    /// <summary>Whether a metric's field is one of ours by its number and not length-delimited as they all are.</summary>
    public static bool IsMistypedInMetric(in WireField field) =>
        field.Type != WireType.LengthDelimited && field.Number <= LastOfMetric && ((MetricMessages >> (int)field.Number) & 1) != 0;

    /// <summary>Whether a field of a metric's data is one of ours by its number and of another wire type.</summary>
    /// <param name="kind">The kind of data, see <see cref="MetricKind"/>.</param>
    /// <param name="field">The field.</param>
    public static bool IsMistypedInData(uint kind, in WireField field) => field.Number switch
    {
        OtlpTags.DataPointsNumber => field.Type != WireType.LengthDelimited,
        OtlpTags.TemporalityNumber => field.Type != WireType.Varint && kind is MetricKind.Sum or MetricKind.Histogram or MetricKind.ExponentialHistogram,
        OtlpTags.MonotonicNumber => field.Type != WireType.Varint && kind == MetricKind.Sum,
        _ => false,
    };
}
