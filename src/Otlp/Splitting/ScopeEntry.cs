namespace OrleansLb.Otlp.Splitting;

/// <summary>A scope entry of the request: what each part that has items of it repeats.</summary>
internal struct ScopeEntry
{
    /// <summary>Index of the resource entry around it.</summary>
    public int Resource;

    public FieldChain Header;
}
