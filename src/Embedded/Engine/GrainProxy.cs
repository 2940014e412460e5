using Orleans.Runtime;

namespace OrleansLb.Embedded.Engine;

/// <summary>The base of all references to grains. Two references to the same grain are equal.</summary>
public abstract class GrainProxy : IAddressable, IEquatable<GrainProxy>
{
    private protected GrainProxy(GrainId grainId) => GrainId = grainId;

    internal GrainId GrainId { get; }

    /// <inheritdoc/>
    public bool Equals(GrainProxy? other) => other is not null && other.GrainId == GrainId;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GrainProxy);

    /// <inheritdoc/>
    public override int GetHashCode() => GrainId.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => GrainId.ToString();
}
