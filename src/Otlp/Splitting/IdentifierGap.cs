namespace OrleansLb.Otlp.Splitting;

/// <summary>A place in the identifiers of a scope's items that each item fills by itself.</summary>
internal struct IdentifierGap
{
    /// <summary>Index of the routing attribute.</summary>
    public int Name;

    /// <summary>The field of the item that the attribute stands for.</summary>
    public PseudoAttribute Pseudo;

    /// <summary>The number of that field, or zero.</summary>
    public uint FieldNumber;

    /// <summary>Where the text before the gap ends, in the text of all items.</summary>
    public int TextEnd;
}
