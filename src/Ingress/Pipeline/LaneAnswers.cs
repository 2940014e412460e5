using OrleansLb.Grains.Options;

namespace OrleansLb.Ingress.Pipeline;

/// <summary>Waits for what the grains of a lane answer, for as long as there can be an answer.</summary>
internal sealed class LaneAnswers(ILaneChoice lanes, LaneIdentity lane)
{
    // within a process every call is answered
    private readonly bool _areSure = ReferenceEquals(lanes.GoneOf(lane), OneLane.Never);

    /// <summary>Ends when there will be no answer to calls that begin now.</summary>
    public Task Lost => _areSure ? OneLane.Never : lanes.GoneOf(lane);

    /// <summary>Ends with the call, or when there will be no answer.</summary>
    /// <param name="call">The call.</param>
    /// <param name="lost">What <see cref="Lost"/> was before the call began: of later calls it may be another.</param>
    public static Task WhenAnswered(Task call, Task lost) => call.IsCompleted || ReferenceEquals(lost, OneLane.Never) ? call : Task.WhenAny(call, lost);

    /// <summary>Makes a call, and takes its answer.</summary>
    /// <exception cref="TimeoutException">There will be none.</exception>
    public Task<T> Of<T>(Func<Task<T>> begin)
    {
        var lost = Lost;
        var call = begin();
        return call.IsCompleted || _areSure ? call : Await(call, lost);
    }

    private async Task<T> Await<T>(Task<T> call, Task lost)
    {
        await WhenAnswered(call, lost).ConfigureAwait(false);
        return call.IsCompleted ? await call.ConfigureAwait(false) : throw new TimeoutException($"a silo is gone that a call to the lane {lane.Name} went to, or through");
    }
}
