namespace OrleansLb.Otlp.Splitting;

/// <summary>Adjacent items of one scope entry that go to the same part, or adjacent whole resource entries.</summary>
internal struct ItemRun
{
    /// <summary>The scope of a run that consists of whole resource entries.</summary>
    public const int WholeEntries = -1;

    /// <summary>The length of an entry that this run goes on with instead of opening it.</summary>
    public const int NotOpened = -1;

    public int Start;
    public int End;
    public int Part;

    /// <summary>Index of the scope entry, or <see cref="WholeEntries"/>.</summary>
    public int Scope;

    /// <summary>Index of the part's next run, or -1.</summary>
    public int Next;

    /// <summary>Bytes of the resource entry that begins with this run in its part, or <see cref="NotOpened"/>.</summary>
    public int ResourceLength;

    /// <summary>Bytes of the scope entry that begins with this run in its part, or <see cref="NotOpened"/>.</summary>
    public int ScopeLength;
}
