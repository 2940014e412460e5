namespace OrleansLb.Otlp.Splitting;

/// <summary>What a run of data points has beyond an <see cref="ItemRun"/>, at the same index.</summary>
internal struct MetricRun
{
    /// <summary>The metric of a run that consists of whole metrics.</summary>
    public const int WholeMetrics = -1;

    /// <summary>Index of the metric, or <see cref="WholeMetrics"/>.</summary>
    public int Metric;

    /// <summary>Bytes of the metric that begins with this run in its part, or <see cref="ItemRun.NotOpened"/>.</summary>
    public int MetricLength;

    /// <summary>Bytes of the metric's data in this part.</summary>
    public int DataLength;
}
