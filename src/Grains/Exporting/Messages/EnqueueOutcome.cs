namespace OrleansLb.Grains.Exporting.Messages;

/// <summary>What became of a part that was handed to an exporter grain.</summary>
[GenerateSerializer, Immutable, Alias("orleanslb.EnqueueOutcome")]
public sealed record EnqueueOutcome
{
    /// <summary>The grain has it and will see it through.</summary>
    public static EnqueueOutcome Accepted { get; } = new() { Status = EnqueueStatus.Accepted };

    /// <summary>No room; the caller may try again.</summary>
    public static EnqueueOutcome QueueFull { get; } = new() { Status = EnqueueStatus.QueueFull, Message = "sending queue is full" };

    /// <summary>The part takes more room than the whole queue has. Retryable, as with the Collector: another ring cuts other parts.</summary>
    public static EnqueueOutcome TooLarge { get; } = new() { Status = EnqueueStatus.QueueFull, Message = "element size too large" };

    /// <summary>The grain is shutting down; the caller may try again elsewhere.</summary>
    public static EnqueueOutcome Stopping { get; } = new() { Status = EnqueueStatus.Stopping, Message = "the exporter is shutting down" };

    /// <summary>The caller went away while it waited.</summary>
    public static EnqueueOutcome Cancelled { get; } = new() { Status = EnqueueStatus.Cancelled, Message = "the call was cancelled" };

    /// <summary>What happened.</summary>
    [Id(0)]
    public required EnqueueStatus Status { get; init; }

    /// <summary>Why, for the client; null when accepted.</summary>
    [Id(1)]
    public string? Message { get; init; }

    /// <summary>How long the client should wait before it tries again, if the grain knows.</summary>
    [Id(2)]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The queue itself did not take the part: what it has promised is to be asked for again.</summary>
    public bool IsRefusalOfQueue => Status is EnqueueStatus.QueueFull or EnqueueStatus.Stopping or EnqueueStatus.NotStored;

    /// <summary>It failed and may be tried again.</summary>
    public static EnqueueOutcome Failure(string message) => new() { Status = EnqueueStatus.Failed, Message = message };

    internal static EnqueueOutcome Rejection(string message) => new() { Status = EnqueueStatus.Rejected, Message = message };

    /// <summary>Of two pieces' outcomes that of their whole. What may be tried again comes before what may not: a duplicate is better than a loss.</summary>
    internal EnqueueOutcome OrWorse(EnqueueOutcome other) =>
        other.Status == EnqueueStatus.Accepted || (other.Status == EnqueueStatus.Rejected && Status != EnqueueStatus.Accepted) ? this : other;
}
