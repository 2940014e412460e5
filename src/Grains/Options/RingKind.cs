namespace OrleansLb.Grains.Options;

/// <summary>How keys map to backends.</summary>
public enum RingKind : byte
{
    /// <summary>16,384 partitions, dealt out by cells or whole: even shares, little movement. The default.</summary>
    Partitions = 0,

    /// <summary>The Collector's ring of 131,071 positions with 200 points per backend (since mid-2026).</summary>
    Collector = 1,

    /// <summary>The Collector's ring of 36,000 positions with 100 points per backend (mid-2025 to mid-2026).</summary>
    Collector36000 = 2,
}
