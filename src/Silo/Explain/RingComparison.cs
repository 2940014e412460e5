namespace OrleansLb.Silo.Explain;

/// <summary>What the rings make of the same backends.</summary>
/// <param name="Keys">How many trace IDs were placed.</param>
/// <param name="Seed">Which ones.</param>
/// <param name="Removed">The backends that leave.</param>
/// <param name="Added">The backends that join.</param>
/// <param name="Rings">Each ring's shares.</param>
internal sealed record RingComparison(
    int Keys, uint Seed, IReadOnlyList<string> Removed, IReadOnlyList<string> Added, IReadOnlyList<RingSurvey> Rings);
