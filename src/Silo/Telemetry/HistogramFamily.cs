namespace OrleansLb.Silo.Telemetry;

/// <summary>Histograms with fixed bounds.</summary>
internal sealed class HistogramFamily : MetricFamily
{
    private readonly double[] _bounds;
    private readonly string[] _le;
    private readonly SeriesMap<Histogram> _series;

    /// <param name="name">The exposed name.</param>
    /// <param name="help">What it means.</param>
    /// <param name="scope">The value of the label <c>otel_scope_name</c>.</param>
    /// <param name="bounds">Upper bounds, ascending, without +Inf.</param>
    public HistogramFamily(string name, string help, string? scope, IReadOnlyList<double> bounds)
        : base(name, help, "histogram")
    {
        _bounds = [.. bounds];
        _le = [.. bounds.Append(double.PositiveInfinity).Select(static b => $"le=\"{PrometheusText.Number(b)}\"")];
        _series = new SeriesMap<Histogram>(scope, _ => new Histogram(_le.Length));
    }

    /// <summary>The bounds of the load balancer's latency histogram in the Collector; for milliseconds and whatever names none.</summary>
    public static IReadOnlyList<double> DefaultBounds { get; } = [0, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

    public override void Record(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var histogram = _series.GetOrAdd(tags);
        histogram.Sum.Add(value);
        Interlocked.Increment(ref histogram.Buckets[BucketOf(value)]);
    }

    public override void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var histogram = _series.GetOrAdd(tags);
        histogram.Sum.Add(value);
        Interlocked.Increment(ref histogram.Buckets[BucketOf(value)]);
    }

    public override void WriteTo(PrometheusText text)
    {
        var series = _series.Snapshot();
        if (series.Length == 0)
            return;
        text.Family(Name, Help, Type);
        foreach (var (labels, histogram) in series)
        {
            string prefix = labels.Length == 0 ? "" : labels + ",";
            long count = 0;
            for (int i = 0; i < _le.Length; i++)
            {
                count += Interlocked.Read(ref histogram.Buckets[i]);
                text.Sample(Name, "_bucket", prefix + _le[i], count);
            }

            text.Sample(Name, "_sum", labels, histogram.Sum.Value);
            text.Sample(Name, "_count", labels, count);
        }
    }

    // A dozen bounds: a straight walk beats a binary search, and most values are small.
    private int BucketOf(double value)
    {
        int bucket = 0;
        while (bucket < _bounds.Length && !(value <= _bounds[bucket]))
            bucket++;
        return bucket;
    }

    private sealed class Histogram(int buckets)
    {
        public long[] Buckets { get; } = new long[buckets];

        public Cell Sum { get; } = new();
    }
}
