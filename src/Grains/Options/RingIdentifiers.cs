using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Grains.Options;

/// <summary>Which identifiers go with a ring.</summary>
public static class RingIdentifiers
{
    /// <summary>
    /// The Collector's with its rings, which are there to agree with Collectors that route to the same backends; else those
    /// that keep the signals together.
    /// </summary>
    public static IdentifierDialect DefaultOf(RingKind ring) =>
        ring == RingKind.Partitions ? IdentifierDialect.CoLocated : IdentifierDialect.Collector;
}
