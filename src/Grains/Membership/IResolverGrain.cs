using Orleans.Concurrency;

namespace OrleansLb.Grains.Membership;

/// <summary>One per exporter, keyed by its component ID: runs the resolver and owns seats, table and epoch.</summary>
[Alias("orleanslb.IResolverGrain")]
public interface IResolverGrain : IGrainWithStringKey
{
    /// <summary>
    /// The snapshot as soon as its epoch is larger than <paramref name="knownEpoch"/>, or whatever there is once
    /// <paramref name="patience"/> has passed: a long poll. Patience stays below Orleans' response timeout (30 s).
    /// </summary>
    [AlwaysInterleave, Alias("GetSnapshot")]
    Task<RoutingSnapshot> GetSnapshot(long knownEpoch, TimeSpan patience);
}
