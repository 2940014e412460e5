using OrleansLb.Otlp.Memory;

namespace OrleansLb.Ingress.Memory;

/// <summary>
/// The share of the room for data that bodies may have which have not come in whole: there is no least rate, so that without it a few thousand slow clients could take all of it, with nothing but
/// the lengths that they announce. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Up to a quarter of the room, a body gets at once the memory that it says it needs. From there on it gets memory for what has really come, twice as much each time, and from a half on none.
/// Who wants to use the second quarter up has to send as many bytes.
/// </remarks>
internal sealed class BodyRoom(MemoryBudget budget)
{
    private const int Quarter = 4;
    private const int Half = 2;

    private long _taken;

    /// <summary>Bytes of bodies that have not come in whole.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Takes room for all of a body.</summary>
    public bool TryTakeAhead(long bytes) => TryTake(bytes, budget.Limit / Quarter);

    /// <summary>Takes room for what has come of a body.</summary>
    public bool TryTake(long bytes) => TryTake(bytes, budget.Limit / Half);

    /// <summary>Gives back what was taken, when the body is there or is given up.</summary>
    public void Give(long bytes) => Interlocked.Add(ref _taken, -bytes);

    private bool TryTake(long bytes, long most)
    {
        if (Interlocked.Add(ref _taken, bytes) <= most)
            return true;
        Give(bytes);
        return false;
    }
}
