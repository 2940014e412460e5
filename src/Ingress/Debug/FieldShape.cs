namespace OrleansLb.Ingress.Debug;

/// <summary>A field of a message: its name in the output, and how its value is printed.</summary>
internal sealed record FieldShape(string Name, FieldKind Kind)
{
    /// <summary>The fields of an embedded message, by number.</summary>
    public IReadOnlyDictionary<uint, FieldShape>? Fields { get; init; }

    /// <summary>The names of an enumeration's values.</summary>
    public string[]? ValueNames { get; init; }
}
