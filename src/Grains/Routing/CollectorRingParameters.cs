namespace OrleansLb.Grains.Routing;

/// <summary>The numbers that tell the Collector's rings apart.</summary>
/// <param name="Positions">Positions on the ring; an identifier's is its CRC-32 modulo this.</param>
/// <param name="Points">Points of each endpoint.</param>
/// <param name="ProbeLimit">A point that finds this many positions taken, one after the other, is left out.</param>
/// <param name="PlacesInPositionOrder">
/// Points are placed in the order of their positions (then endpoint, then number), not endpoint after endpoint, so that who moves aside does not hang on the list's order.
/// </param>
internal sealed record CollectorRingParameters(int Positions, int Points, int ProbeLimit, bool PlacesInPositionOrder)
{
    /// <summary>The ring of mid-2025 to mid-2026.</summary>
    public static CollectorRingParameters Legacy { get; } = new(36_000, 100, 10, PlacesInPositionOrder: false);

    /// <summary>The ring since mid-2026 (opentelemetry-collector-contrib, pull request 49585).</summary>
    public static CollectorRingParameters Current { get; } = new(131_071, 200, 10, PlacesInPositionOrder: true);
}
