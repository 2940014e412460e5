using System.Collections.Immutable;

namespace OrleansLb.Grains.Exporting.StoredQueues;

/// <summary>Which grains may have something stored.</summary>
[GenerateSerializer, Immutable, Alias("orleanslb.QueueIndexState")]
internal sealed record QueueIndexState
{
    /// <summary>Keys of exporter grains, or of sending queues, in order.</summary>
    [Id(0)]
    public ImmutableArray<string> Exporters { get; init; } = [];
}
