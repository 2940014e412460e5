using OrleansLb.Otlp.Identity;

namespace OrleansLb.Grains.Routing;

/// <summary>How routing identifiers fall into partitions. Fixed for ever: changing it would move every key of every fleet.</summary>
public static class Partitioning
{
    /// <summary>The number of partitions: 2 to the <see cref="Bits"/>.</summary>
    public const int Count = 1 << Bits;

    /// <summary>The high bits of the identifier's XXH64 that number its partition.</summary>
    public const int Bits = 14;

    /// <summary>The cells that partitions are divided into where a table is finer than they are.</summary>
    public const int Cells = 1 << CellBits;

    /// <summary>The high bits of the identifier's XXH64 that number its cell.</summary>
    public const int CellBits = 18;

    /// <summary>The number of cells of a partition.</summary>
    public const int CellsPerPartition = Cells / Count;

    /// <summary>The partition of an identifier.</summary>
    public static int Of(ReadOnlySpan<byte> routingIdentifier) => OfHash(XxHash64.Hash(routingIdentifier));

    /// <summary>The partition of an identifier with this XXH64.</summary>
    internal static int OfHash(ulong hash) => (int)(hash >> (64 - Bits));
}
