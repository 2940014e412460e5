namespace OrleansLb.Otlp.Splitting;

/// <summary>All fields of one message but its children: the ranges in the order of the request.</summary>
internal struct FieldChain
{
    /// <summary>Index of the first range, or -1.</summary>
    public int First;

    /// <summary>Index of the last range, or -1.</summary>
    public int Last;

    /// <summary>Bytes of all ranges.</summary>
    public int Length;

    public static FieldChain Empty => new() { First = -1, Last = -1 };
}
