namespace OrleansLb.Otlp.Memory;

/// <summary>What memory of the budget is used for.</summary>
public enum MemoryKind
{
    /// <summary>Messages: bodies that are read, parts that wait or are on their way, batches, compressed copies.</summary>
    Payload = 0,

    /// <summary>Blocks that sockets are read into.</summary>
    Receive = 1,

    /// <summary>Returned memory that pools keep for the next user.</summary>
    Idle = 2,
}
