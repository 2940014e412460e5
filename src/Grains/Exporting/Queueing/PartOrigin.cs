using OrleansLb.Grains.Durability;
using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Grains.Exporting.Queueing;

/// <summary>
/// An accepted part while it, or the pieces that it was cut, merged or dealt out into, are on their way. It is done when all of them
/// are: then its room is free, the store forgets it and its caller hears what became of it.
/// </summary>
internal sealed class PartOrigin
{
    private int _open = 1;

    /// <summary>Where it is stored; null when it is in memory only.</summary>
    public StoredPlace? Place { get; init; }

    /// <summary>The room that it takes up in the queue; zero when its pieces have their own.</summary>
    public long Room { get; set; }

    /// <summary>Who waits for the outcome, if anybody does.</summary>
    public TaskCompletionSource<EnqueueOutcome>? Caller { get; set; }

    /// <summary>A piece was not seen through: the whole part stays stored.</summary>
    public bool IsKept { get; set; }

    /// <summary>The worst outcome of a piece so far.</summary>
    public EnqueueOutcome Outcome { get; private set; } = EnqueueOutcome.Accepted;

    /// <summary>One more piece.</summary>
    public PartOrigin Share()
    {
        _open++;
        return this;
    }

    /// <summary>One piece fewer.</summary>
    /// <returns>Whether it was the last one.</returns>
    public bool Leave(EnqueueOutcome outcome)
    {
        Outcome = Outcome.OrWorse(outcome);
        return --_open == 0;
    }
}
