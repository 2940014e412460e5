using System.Collections.Immutable;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp.Identity;

namespace OrleansLb.Grains.Routing;

/// <summary>
/// A routing table laid open, for tools that explain: the equal parts of its hash space and who owns each. Requests do not
/// come by here.
/// </summary>
public sealed class RingLayout
{
    private readonly ImmutableArray<ushort> _slots;

    private RingLayout(RoutingTable table, RingKind ring, ImmutableArray<ushort> slots)
    {
        Table = table;
        Ring = ring;
        _slots = slots;
    }

    /// <summary>The table that is laid open.</summary>
    public RoutingTable Table { get; }

    /// <summary>Its kind.</summary>
    public RingKind Ring { get; }

    /// <summary>The number of equal parts: partitions or their cells, or positions of a Collector ring.</summary>
    public int PositionCount => _slots.Length;

    /// <summary>The name of the hash that places identifiers.</summary>
    public string HashName => Ring == RingKind.Partitions ? "XXH64" : "CRC-32";

    /// <summary>Lays the table of a snapshot open.</summary>
    /// <exception cref="ArgumentException">The snapshot contradicts itself or has no backends.</exception>
    public static RingLayout From(RoutingSnapshot snapshot, RingKind ring)
    {
        var table = RoutingTable.From(snapshot, ring);
        if (table.IsEmpty)
            throw new ArgumentException("a ring without backends", nameof(snapshot));
        return new RingLayout(table, ring, [.. table.SlotOfPosition]);
    }

    /// <summary>Where an identifier falls.</summary>
    public RingPlace PlaceOf(ReadOnlySpan<byte> routingIdentifier)
    {
        ulong hash = XxHash64.Hash(routingIdentifier);
        int position = Table.PositionOf(routingIdentifier, hash);
        return new RingPlace(Ring == RingKind.Partitions ? hash : Crc32.Hash(routingIdentifier), position);
    }

    /// <summary>The slot that owns a position.</summary>
    public int SlotAt(int position) => _slots[position];
}
