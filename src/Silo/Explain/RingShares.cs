namespace OrleansLb.Silo.Explain;

/// <summary>How a ring is shared out.</summary>
/// <param name="Backends">Each backend's share, by ring slot.</param>
/// <param name="Exact">The spread of the shares of the ring itself.</param>
/// <param name="Measured">The spread of the keys that were placed.</param>
internal sealed record RingShares(IReadOnlyList<BackendShare> Backends, Spread Exact, Spread Measured);
