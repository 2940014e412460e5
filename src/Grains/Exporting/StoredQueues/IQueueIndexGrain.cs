using Orleans.CodeGeneration;
using Orleans.Concurrency;

namespace OrleansLb.Grains.Exporting.StoredQueues;

/// <summary>
/// One per exporter with a store and level of queues, keyed by <see cref="QueueIndexKey"/>: knows which of its exporter grains may have something stored, also those of
/// ring slots and lanes that nobody sends to any more.
/// </summary>
[Version(1), Alias("orleanslb.IQueueIndexGrain")]
public interface IQueueIndexGrain : IGrainWithStringKey
{
    /// <summary>From now on the grain is woken; answers when that is stored.</summary>
    [Alias("Register")]
    Task Register(string exporter);

    /// <summary>The grain has nothing stored.</summary>
    [Alias("Unregister")]
    Task Unregister(string exporter);

    /// <summary>Wakes the grains that may have something stored.</summary>
    [AlwaysInterleave, Alias("WakeAll")]
    Task WakeAll();
}
