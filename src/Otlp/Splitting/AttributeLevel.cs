namespace OrleansLb.Otlp.Splitting;

/// <summary>Where a routing attribute was found.</summary>
internal enum AttributeLevel : byte
{
    Nowhere,
    Resource,
    Scope,
}
