namespace OrleansLb.Silo.Explain;

/// <summary>How a ring is shared out.</summary>
/// <param name="Fingerprint">What the metric <c>orleanslb_ring_fingerprint</c> shows in a process with these backends.</param>
/// <param name="Backends">Each backend's share, by ring slot.</param>
/// <param name="Exact">The spread of the shares of the ring itself, each divided by its backend's weight; backends of weight 0 do not count.</param>
/// <param name="Measured">The same of the keys that were placed.</param>
internal sealed record RingShares(long Fingerprint, IReadOnlyList<BackendShare> Backends, Spread Exact, Spread Measured);
