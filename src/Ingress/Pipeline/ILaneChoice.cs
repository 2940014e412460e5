using OrleansLb.Grains.Options;

namespace OrleansLb.Ingress.Pipeline;

/// <summary>The lanes that the requests of this process go into, one after the other. Each request goes into one of them with all its parts.</summary>
public interface ILaneChoice
{
    /// <summary>The lanes that new requests may go into; at least one. Another list whenever it is another set.</summary>
    IReadOnlyList<LaneIdentity> Current { get; }

    /// <summary>Grains of a lane do not answer, or take nothing any more: it gets no new requests for a while, if there is another one.</summary>
    void Doubt(LaneIdentity lane);
}

/// <summary>The one lane of a process that hosts a silo: its own, so that no part crosses the network on its way into a queue.</summary>
public sealed class OneLane(string silo) : ILaneChoice
{
    /// <inheritdoc/>
    public IReadOnlyList<LaneIdentity> Current { get; } = [new LaneIdentity(silo)];

    /// <inheritdoc/>
    public void Doubt(LaneIdentity lane)
    {
    }
}
