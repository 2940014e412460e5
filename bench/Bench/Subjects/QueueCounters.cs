namespace OrleansLb.Bench.Subjects;

/// <summary>What the queues of a balancer hold at a moment, and what its receiver has turned away unread since its start.</summary>
/// <param name="Queued">Parts in its queues, those on their way included.</param>
/// <param name="RefusedUnread">Requests that were refused without being read.</param>
internal sealed record QueueCounters(double Queued, double RefusedUnread)
{
    /// <summary>Without queues.</summary>
    public static QueueCounters None { get; } = new(0, 0);
}
