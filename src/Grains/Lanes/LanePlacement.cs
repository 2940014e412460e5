using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace OrleansLb.Grains.Lanes;

/// <summary>A grain lives on the silo of the lane that its key ends with; while that is not there, on a living silo that knows its exporter.</summary>
[GenerateSerializer, Immutable, Alias("orleanslb.LanePlacement")]
internal sealed class LanePlacement : PlacementStrategy;

/// <summary>A grain lives on any living silo that knows its exporter.</summary>
[GenerateSerializer, Immutable, Alias("orleanslb.ExporterPlacement")]
internal sealed class ExporterPlacement : PlacementStrategy;

/// <inheritdoc cref="LanePlacement"/>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class LanePlacementAttribute() : PlacementAttribute(new LanePlacement());

/// <inheritdoc cref="ExporterPlacement"/>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ExporterPlacementAttribute() : PlacementAttribute(new ExporterPlacement());

/// <summary>Keys begin with the exporter's component ID; those of lanes' grains are <c>component/what/lane</c>.</summary>
internal sealed class LaneDirector(ILanes lanes) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        string key = target.GrainIdentity.Key.ToString() ?? "";
        string[] parts = key.Split('/', 3);
        string? lane = strategy is LanePlacement && parts.Length == 3 ? parts[2] : null;
        return Task.FromResult(lanes.Place(lane, key, parts[0], context.GetCompatibleSilos(target)));
    }
}
