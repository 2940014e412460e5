namespace OrleansLb.Otlp.Splitting;

/// <summary>What resource and scope say about one routing attribute.</summary>
internal struct AttributeFinding
{
    /// <summary>Where it was found; never the item.</summary>
    public AttributeLevel Level;

    public PseudoAttribute Pseudo;

    /// <summary>Where its text begins among those of the other attributes.</summary>
    public int TextStart;

    public int TextLength;
}
