namespace OrleansLb.Grains.Options;

/// <summary>Whether other processes that know nothing of this one route to the same backends by the same ring.</summary>
public enum ReplicaMode
{
    /// <summary>
    /// There may be others, so the table must follow from the present backends and weights alone: whoever sees the same set routes alike,
    /// whatever either has lived through.
    /// </summary>
    Several,

    /// <summary>
    /// This process is the only one and its store outlives it, so the table may go on from the one before: a joiner takes the seat of a
    /// leaver, with its keys and its queue.
    /// </summary>
    Alone,
}
