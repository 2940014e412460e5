using System.Collections.Immutable;

namespace OrleansLb.Grains.Exporting;

/// <summary>Which exporter grains may have something stored.</summary>
[GenerateSerializer, Immutable, Alias("orleanslb.QueueIndexState")]
internal sealed record QueueIndexState
{
    /// <summary>Keys of exporter grains, in order.</summary>
    [Id(0)]
    public ImmutableArray<string> Exporters { get; init; } = [];
}
