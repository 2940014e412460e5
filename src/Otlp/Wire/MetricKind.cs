namespace OrleansLb.Otlp.Wire;

/// <summary>The kinds of metric data, by their field numbers in a metric.</summary>
internal static class MetricKind
{
    public const uint None = 0;
    public const uint Gauge = 5;
    public const uint Sum = 7;
    public const uint Histogram = 9;
    public const uint ExponentialHistogram = 10;
    public const uint Summary = 11;
}
