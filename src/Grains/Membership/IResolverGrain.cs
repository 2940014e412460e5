using Orleans.CodeGeneration;
using Orleans.Concurrency;
using OrleansLb.Grains.Ejection;

namespace OrleansLb.Grains.Membership;

/// <summary>One per exporter, keyed by its component ID: runs the resolver and owns seats, table and epoch.</summary>
[Version(1), Alias("orleanslb.IResolverGrain")]
public interface IResolverGrain : IGrainWithStringKey
{
    /// <summary>
    /// The snapshot as soon as its epoch is larger than <paramref name="knownEpoch"/>, or whatever there is once
    /// <paramref name="patience"/> has passed: a long poll. Patience stays well below Orleans' response timeout (30 s).
    /// </summary>
    /// <param name="knownEpoch">The newest epoch that the caller knows.</param>
    /// <param name="patience">How long the answer may take.</param>
    /// <param name="cancellationToken">The caller has gone: the poll ends, so that nothing waits for it.</param>
    [AlwaysInterleave, Alias("GetSnapshot")]
    Task<RoutingSnapshot> GetSnapshot(long knownEpoch, TimeSpan patience, CancellationToken cancellationToken = default);

    /// <summary>Tells what a lane has seen of the backends lately, so that those who take nothing any more are taken off the ring.</summary>
    [Alias("ReportHealth")]
    Task ReportHealth(HealthReport report);
}
