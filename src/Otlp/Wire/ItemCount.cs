namespace OrleansLb.Otlp.Wire;

/// <summary>What a part of a request holds.</summary>
internal struct ItemCount
{
    /// <summary>Spans, log records or data points.</summary>
    public int Items;

    /// <summary>Spans, log records or metrics: a metric may have no data point and is data all the same.</summary>
    public int Elements;

    /// <summary>Those of the items that stand in a field of before OTLP 0.15.</summary>
    public int OldItems;
}
