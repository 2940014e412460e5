namespace OrleansLb.Otlp.Batching;

/// <summary>In what the size of a request is counted.</summary>
public enum ItemSizer : byte
{
    /// <summary>Spans, log records or data points.</summary>
    Items = 0,

    /// <summary>Bytes of the uncompressed request.</summary>
    Bytes = 1,
}
