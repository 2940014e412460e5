namespace OrleansLb.Grains.Routing;

/// <summary>A point on a Collector ring.</summary>
/// <param name="Position">Where it sits.</param>
/// <param name="Endpoint">The index of its endpoint in the list that the ring was built from.</param>
internal readonly record struct RingPoint(int Position, int Endpoint);
