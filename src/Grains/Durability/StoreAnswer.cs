namespace OrleansLb.Grains.Durability;

/// <summary>How a call to a store ended.</summary>
/// <param name="Status">The end.</param>
/// <param name="Version">The store's version of the record after a read or write.</param>
/// <param name="Record">What was read; whoever gets it releases it.</param>
/// <param name="Fault">What the store threw.</param>
internal readonly record struct StoreAnswer(StoreStatus Status, string? Version = null, SegmentState? Record = null, Exception? Fault = null);
