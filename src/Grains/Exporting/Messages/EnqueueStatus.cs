namespace OrleansLb.Grains.Exporting.Messages;

/// <summary>What became of a part that was handed to an exporter grain.</summary>
[GenerateSerializer, Alias("orleanslb.EnqueueStatus")]
public enum EnqueueStatus : byte
{
    /// <summary>Accepted (or, without a queue, delivered).</summary>
    Accepted = 0,

    /// <summary>Refused for want of room; retryable.</summary>
    QueueFull = 1,

    /// <summary>Refused because the grain shuts down; retryable.</summary>
    Stopping = 2,

    /// <summary>To a caller that waits for the delivery: it failed and may be tried again.</summary>
    Failed = 3,

    /// <summary>To a caller that waits for the delivery: the backend refused the part for good.</summary>
    Rejected = 4,

    /// <summary>Refused because the queue's store did not take the part, or cannot be read yet; retryable.</summary>
    NotStored = 5,

    /// <summary>The caller went away before the part was accepted: it is neither queued nor delivered.</summary>
    Cancelled = 6,
}
