using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Durability;

/// <summary>A segment that the store has (or may have, when the answer to a write was lost). Used on its log's turns only.</summary>
internal sealed class StoredSegment
{
    private readonly DoneSet _done;
    private DoneSet? _reserved;
    private SegmentEntry[]? _entries;
    private int[]? _rooms;

    /// <param name="number">Its number.</param>
    /// <param name="count">How many parts it holds.</param>
    /// <param name="bytes">Bytes of their payloads.</param>
    /// <param name="room">The room that they take up in the queue.</param>
    /// <param name="version">The store's version of the record; null when it is not known.</param>
    public StoredSegment(long number, int count, long bytes, long room, string? version)
    {
        Number = number;
        Bytes = bytes;
        Room = room;
        Version = version;
        _done = new DoneSet(count);
        Place = new LinkedListNode<StoredSegment>(this);
    }

    /// <summary>A segment that was found; nothing of it is done as yet.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="count">How many parts it holds.</param>
    /// <param name="bytes">Bytes of their payloads.</param>
    /// <param name="rooms">The room that each takes up in the queue; null: one unit each.</param>
    /// <param name="version">The store's version of the record.</param>
    public StoredSegment(long number, int count, long bytes, int[]? rooms, string? version)
        : this(number, count, bytes, rooms?.Sum(static room => (long)room) ?? count, version) => _rooms = rooms;

    public long Number { get; }

    public long Bytes { get; }

    /// <summary>What the parts that are not done take up in the queue.</summary>
    public long Room { get; private set; }

    public string? Version { get; set; }

    /// <summary>Its place among the segments of the store.</summary>
    public LinkedListNode<StoredSegment> Place { get; }

    public int Count => _done.Size;

    public int Undone => _done.Size - _done.Count;

    public bool IsDone => Undone == 0;

    /// <summary>The next part to take.</summary>
    public int Next { get; private set; }

    /// <summary>Whether the parts that were not taken are in memory.</summary>
    public bool IsResident => _entries is not null;

    /// <summary>How many of its parts that are done are known to be so in the store.</summary>
    public int Saved { get; set; }

    public bool HasUnsavedAcks => _done.Count > Saved;

    public int Acked => _done.Count;

    /// <summary>Waits to be cleared.</summary>
    public bool IsRetired { get; set; }

    /// <summary>The store has it no more.</summary>
    public bool IsGone { get; set; }

    /// <summary>Puts the parts into memory; those that are done or taken may be default.</summary>
    public void Keep(SegmentEntry[] entries) => _entries = entries;

    /// <summary>Takes the next part that is not done, and with it the reference to its payload.</summary>
    public bool TryTake(QueueSizer sizer, out StoredPart part)
    {
        part = default;
        Next = Awaiting();
        if (Next >= Count)
            return false;

        ref var entry = ref _entries![Next];
        part = new StoredPart(
            new StoredPlace(this, Next, entry.RoomBy(sizer)), entry.Signal, entry.Items, entry.Since, entry.Payload, entry.PlainLength);
        entry = default;
        Next++;
        return true;
    }

    /// <summary>A part was taken before it was stored.</summary>
    public void Reserve(int index) => (_reserved ??= new DoneSet(Count)).Add(index);

    /// <summary>Whether a part waits to be taken.</summary>
    public bool Awaits(int index) => index >= Next && !_done[index] && _reserved?[index] != true;

    /// <summary>Whether all parts were taken or are done.</summary>
    public bool IsTaken => Awaiting() >= Count;

    public bool Acknowledge(int index, int room)
    {
        if (!_done.Add(index))
            return false;
        Room -= room;
        return true;
    }

    public void Acknowledge(in AckRecord ack)
    {
        foreach (var (start, length) in ack.Runs)
        {
            long end = Math.Min(Count, (long)start + length);
            for (int i = Math.Max(0, start); i < end; i++)
                Acknowledge(i, _rooms?[i] ?? 1);
        }
    }

    /// <summary>All is known that was done before: from now on whoever is done says how much room that was.</summary>
    public void LetGoOfRooms() => _rooms = null;

    public AckRecord ToAckRecord() => new(Number, _done.ToRuns());

    // the first part that waits to be taken
    private int Awaiting()
    {
        int index = _done.Next(Next, marked: false);
        while (index < Count && _reserved?[index] == true)
            index = _done.Next(index + 1, marked: false);
        return index;
    }

    /// <summary>Lets the memory of the parts go that were not taken.</summary>
    public void LetGo()
    {
        foreach (var entry in _entries ?? [])
            entry.Payload?.Release();
        _entries = null;
    }
}
