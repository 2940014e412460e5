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

    public const uint ItemsNumber = 2;
    public const uint Items = (ItemsNumber << 3) | Length;

    /// <summary>Numbers 1 to 3 of resource and scope entries are ours: the description, the children, the schema URL.</summary>
    public const uint LastEntryNumber = 3;

    public const uint SpanTraceId = (1 << 3) | Length;
    public const uint LogRecordTraceId = (9 << 3) | Length;

    /// <summary>The data of a metric: gauge 5, sum 7, histogram 9, exponential histogram 10, summary 11.</summary>
    public static bool IsMetricData(uint number) => number is 5 or 7 or 9 or 10 or 11;

    /// <summary>The field of the points, in each of the five kinds of metric data.</summary>
    public const uint DataPointsNumber = 1;
    public const uint DataPoints = (DataPointsNumber << 3) | Length;

    public const uint ResourceAttributesNumber = 1;
    public const uint ResourceAttributes = (ResourceAttributesNumber << 3) | Length;
    public const uint KeyNumber = 1;
    public const uint Key = (KeyNumber << 3) | Length;
    public const uint ValueNumber = 2;
    public const uint Value = (ValueNumber << 3) | Length;
}
