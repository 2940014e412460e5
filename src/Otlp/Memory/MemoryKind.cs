namespace OrleansLb.Otlp.Memory;

/// <summary>What memory of the budget is used for.</summary>
public enum MemoryKind
{
    /// <summary>Messages: bodies that are read, parts that wait or are on their way, batches, compressed copies.</summary>
    Payload = 0,

    /// <summary>Blocks that sockets are read into.</summary>
    Receive = 1,

    /// <summary>Memory of messages that came back and is kept for the next ones.</summary>
    IdlePayload = 2,

    /// <summary>Blocks that came back and are kept for the next connections.</summary>
    IdleReceive = 3,
}
