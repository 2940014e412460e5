using OrleansLb.Grains.Routing;
using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Grains.Handover;

/// <summary>
/// Routes by a table, except for keys that were seen before their partition moved: those stay with their old owner. An immutable snapshot, but
/// for the notes of the keys that it sees; for one request.
/// </summary>
public sealed class HandoverRouter : IKeyRouter
{
    private readonly KeyFilter _seen;
    private readonly KeyGeneration[] _earlier;
    private readonly PositionSet? _moving;
    private readonly HandoverCounts _counts;
    private readonly long _due;

    /// <param name="table">The newest table.</param>
    /// <param name="seen">Takes notes.</param>
    /// <param name="earlier">What was seen before, the oldest first.</param>
    /// <param name="moving">The positions under hand-over, or null if there are none.</param>
    /// <param name="due">The timestamp from which on another router is to be asked for.</param>
    /// <param name="counts">Told of the keys that are kept.</param>
    internal HandoverRouter(RoutingTable table, KeyFilter seen, KeyGeneration[] earlier, PositionSet? moving, long due, HandoverCounts counts)
    {
        Table = table;
        _seen = seen;
        _earlier = earlier;
        _moving = moving;
        _due = due;
        _counts = counts;
        Moving = moving?.Count ?? 0;
    }

    /// <summary>The table by which it routes.</summary>
    public RoutingTable Table { get; }

    /// <inheritdoc/>
    public int SlotLimit => Table.SlotLimit;

    /// <summary>How many positions are under hand-over.</summary>
    internal int Moving { get; }

    /// <inheritdoc/>
    public int SlotOf(ReadOnlySpan<byte> routingIdentifier)
    {
        ulong hash = XxHash64.Hash(routingIdentifier);
        int position = Table.PositionOf(routingIdentifier, hash);
        int owner = Table.SlotOfPosition[position];
        if (_moving is not null && _moving.Contains(position) && TryFindKeeper(position, hash, out int keeper) && keeper != owner)
        {
            _counts.Kept();
            return keeper;
        }

        // a key that is kept belongs to the time in which it was first seen
        _seen.Note(position, hash);
        return owner;
    }

    internal bool IsDue(long now) => now >= _due || _seen.IsFull;

    private bool TryFindKeeper(int position, ulong hash, out int keeper)
    {
        foreach (var generation in _earlier)
        {
            if (generation.Gone.Contains(position) || !generation.Keys.MayContain(position, hash))
                continue;
            keeper = generation.SlotAt(position);
            return true;
        }

        keeper = -1;
        return false;
    }
}
