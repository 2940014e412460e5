using OrleansLb.Grains.Routing;

namespace OrleansLb.Grains.Handover;

/// <summary>The keys that were seen in a stretch of time while their partitions had the same owners.</summary>
/// <param name="Table">A table with those owners.</param>
/// <param name="Keys">The keys.</param>
/// <param name="Began">Timestamp.</param>
/// <param name="Ended">Timestamp after which nothing was noted; of the generation that takes notes, the latest at which it will end.</param>
/// <param name="Gone">Positions whose owner of that time is not to be asked any more: it is gone, or the window has ended.</param>
internal sealed record KeyGeneration(RoutingTable Table, KeyFilter Keys, long Began, long Ended, PositionSet Gone)
{
    /// <summary>The ring slot that owned a position then.</summary>
    public int SlotAt(int position) => Table.SlotOfPosition[position];
}
