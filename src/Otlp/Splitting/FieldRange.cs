namespace OrleansLb.Otlp.Splitting;

/// <summary>Adjacent fields of a request that are copied as they are, and the next ones of the same message.</summary>
internal struct FieldRange
{
    public int Start;
    public int End;

    /// <summary>Index of the next range, or -1.</summary>
    public int Next;
}
