namespace OrleansLb.Otlp.Splitting;

/// <summary>The runs of a part that have the same entries around them: a scope, or a metric in a scope, or nothing but the request.</summary>
internal struct PartSection
{
    /// <summary>The scope of a section that consists of whole resource entries.</summary>
    public const int WholeEntries = -1;

    /// <summary>The metric of a section that consists of whole items.</summary>
    public const int WholeItems = -1;

    /// <summary>The length of an entry that this section goes on with instead of opening it.</summary>
    public const int NotOpened = -1;

    /// <summary>Index of the scope entry, or <see cref="WholeEntries"/>.</summary>
    public int Scope;

    /// <summary>Index of the metric, or <see cref="WholeItems"/>.</summary>
    public int Metric;

    /// <summary>Its first run among those of the part.</summary>
    public int FirstRun;

    /// <summary>Bytes of its runs.</summary>
    public int Bytes;

    /// <summary>Bytes of the resource entry that begins with this section in its part, or <see cref="NotOpened"/>.</summary>
    public int ResourceLength;

    /// <summary>Bytes of the scope entry that begins with this section in its part, or <see cref="NotOpened"/>.</summary>
    public int ScopeLength;

    /// <summary>Bytes of the metric, if it is one.</summary>
    public int MetricLength;

    /// <summary>Bytes of the metric's data in this part, if it is one.</summary>
    public int DataLength;
}
