using OrleansLb.Grains.Options;

namespace OrleansLb.Ingress.Pipeline;

/// <summary>The lanes that the requests of this process go into, one after the other. Each request goes into one of them with all its parts.</summary>
public interface ILaneChoice
{
    /// <summary>The lanes that new requests may go into; at least one. Another list whenever it is another set.</summary>
    IReadOnlyList<LaneIdentity> Current { get; }

    /// <summary>
    /// Ends when a call to a lane that begins now will not be answered any more: the lane's silo is gone, or, a moment ago, another one through which the call may have gone. Nobody
    /// tells that a process without a silo; what became of the call is unknown then.
    /// </summary>
    Task GoneOf(LaneIdentity lane);

    /// <summary>Grains of a lane do not answer, or take nothing any more: it gets no new requests for a while, if there is another one.</summary>
    void Doubt(LaneIdentity lane);
}

/// <summary>The one lane of a process that hosts a silo: its own, so that no part crosses the network on its way into a queue.</summary>
public sealed class OneLane(string silo) : ILaneChoice
{
    /// <summary>A task that does not end.</summary>
    internal static Task Never { get; } = new TaskCompletionSource().Task;

    /// <inheritdoc/>
    public IReadOnlyList<LaneIdentity> Current { get; } = [new LaneIdentity(silo)];

    /// <inheritdoc/>
    /// <remarks>It is as gone as the process.</remarks>
    public Task GoneOf(LaneIdentity lane) => Never;

    /// <inheritdoc/>
    public void Doubt(LaneIdentity lane)
    {
    }
}
