namespace OrleansLb.Otlp.Splitting;

/// <summary>A metric of the request that is split: what each part that has points of it repeats.</summary>
internal struct MetricEntry
{
    /// <summary>Name, unit and all else but the data.</summary>
    public FieldChain Header;

    /// <summary>The fields of the data but its points.</summary>
    public FieldChain Data;

    /// <summary>The tag of the data, which tells its kind; one byte.</summary>
    public byte DataTag;
}
