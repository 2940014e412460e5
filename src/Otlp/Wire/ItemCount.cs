namespace OrleansLb.Otlp.Wire;

/// <summary>What a part of a request holds.</summary>
internal struct ItemCount
{
    /// <summary>Spans, log records or data points.</summary>
    public int Items;

    /// <summary>Spans, log records or metrics: a metric may have no data point and is data all the same.</summary>
    public int Elements;
}
