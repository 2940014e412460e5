namespace OrleansLb.Grains.Durability;

/// <summary>Hears of what happens between a durable queue and its store; called on the queue's turns.</summary>
internal interface ISegmentLogWatcher
{
    /// <summary>A segment was stored.</summary>
    /// <param name="parts">The parts in it; none when it only says what is done.</param>
    /// <param name="bytes">Bytes of their payloads.</param>
    void Stored(int parts, long bytes);

    /// <summary>A part was done before it had to be stored.</summary>
    void DeliveredUnstored();

    /// <summary>A segment is no good and was put aside.</summary>
    /// <param name="number">The segment.</param>
    /// <param name="parts">Accepted parts that are lost with it, as far as they are known: none before they were recovered.</param>
    /// <param name="room">What they take up in the queue.</param>
    /// <param name="fault">What the store said, if it was the store that found out.</param>
    void Quarantined(long number, int parts, long room, Exception? fault);

    /// <summary>A call failed and is tried again later, or its callers were refused.</summary>
    void StoreFailed(string operation, Exception? fault);
}
