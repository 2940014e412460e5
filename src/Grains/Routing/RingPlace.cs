namespace OrleansLb.Grains.Routing;

/// <summary>Where an identifier falls on a ring.</summary>
/// <param name="Hash">Its hash, of the algorithm that <see cref="RingLayout.HashName"/> names.</param>
/// <param name="Position">Its partition or cell, or its position on a Collector ring.</param>
public readonly record struct RingPlace(ulong Hash, int Position);
