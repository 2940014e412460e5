using OrleansLb.Grains.Routing;

namespace OrleansLb.Grains.Membership;

/// <summary>The newest routing tables that this process has heard of, one per exporter. One per silo, fed by long polls to the resolver grains.</summary>
public interface IRoutingTables
{
    /// <summary>The newest table; an empty one before the first resolution.</summary>
    /// <exception cref="KeyNotFoundException">No exporter has this component ID.</exception>
    RoutingTable Current(string componentId);

    /// <summary>The first table whose epoch is larger than <paramref name="epoch"/>; at once when there is one.</summary>
    Task<RoutingTable> NewerThan(string componentId, long epoch, CancellationToken cancellationToken);
}
