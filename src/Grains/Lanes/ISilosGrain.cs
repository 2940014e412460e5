using Orleans.CodeGeneration;
using Orleans.Concurrency;

namespace OrleansLb.Grains.Lanes;

/// <summary>Tells processes without a silo which silos live: one on every silo, so that whichever answers knows as much as its silo does. Keyed by anything.</summary>
[Version(1), Alias("orleanslb.ISilosGrain")]
public interface ISilosGrain : IGrainWithIntegerKey
{
    /// <summary>The names of the active silos, in order, as soon as they are others than those that are known; after <paramref name="patience"/> whatever they are: a long poll.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:10"), Alias("GetActive")]
    Task<string[]> GetActive(string[] known, TimeSpan patience, CancellationToken cancellationToken);
}
