using System.Buffers.Binary;

namespace OrleansLb.Grains.Durability;

/// <summary>
/// The next segment while it fills: all parts that arrive while a write is under way or held back. Parts may be taken before they are stored, and those
/// that are done by then are withdrawn. Owns a reference to each payload.
/// </summary>
/// <remarks>
/// Body of a segment: number of ack records (4 bytes) and of entries (4); each ack record: segment (8), number of runs (4), per run
/// start (4) and length (4); each entry: signal (1), coding (1), zero (2), items (4), since (8), length (4),
/// length uncompressed if that is another (4, since version 2), payload.
/// </remarks>
internal sealed class SegmentDraft : IRecordSource
{
    public const int CountsLength = 8;
    public const int AckLength = 12;
    public const int RunLength = 8;
    public const int EntryLength = 24;
    public const int FirstEntryLength = 20;
    public const long Vacant = long.MinValue;

    private const int TrimmedAtOnce = 64;

    // withdrawn parts leave by and by: the open draft of a busy queue whose parts are all delivered in time is never written
    private readonly List<(SegmentEntry Entry, StoredPlace Place)> _parts = [];
    private long _number;
    private AckRecord[] _acks = [];
    private int _trimmed;
    private int _leading;
    private int _taken;

    /// <summary>Parts that are to be stored.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of their payloads.</summary>
    public long Bytes { get; private set; }

    /// <summary>The room that they take up in the queue.</summary>
    public long Room { get; private set; }

    /// <summary>It is being written: nothing is added or withdrawn any more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>When the first of its parts came, as a timestamp; there must be one.</summary>
    public long Since => _parts[_leading].Place.Appended ?? 0;

    public int RecordLength
    {
        get
        {
            long length = SegmentEnvelope.Length + CountsLength + (Count * (long)EntryLength) + Bytes;
            foreach (var ack in _acks)
                length += AckLength + (ack.Runs.Length * (long)RunLength);
            return checked((int)length);
        }
    }

    /// <summary>Adds a part.</summary>
    /// <param name="entry">The part; its payload's reference is ours now.</param>
    /// <param name="room">The room that it takes up in the queue.</param>
    /// <param name="now">When it came, as a timestamp.</param>
    public StoredPlace Add(in SegmentEntry entry, int room = 1, long now = 0)
    {
        var place = new StoredPlace(this, _trimmed + _parts.Count, room, now);
        _parts.Add((entry, place));
        Count++;
        Bytes += entry.Payload.Length;
        Room += room;
        return place;
    }

    /// <summary>Takes a part out that was taken and is done.</summary>
    public void Withdraw(StoredPlace place)
    {
        int index = place.Index - _trimmed;
        var payload = _parts[index].Entry.Payload;
        _parts[index] = (default, place);
        Count--;
        Bytes -= payload.Length;
        Room -= place.Room;
        payload.Release();
        while (_leading < _parts.Count && _parts[_leading].Place.IsDone)
            _leading++;
        if (_leading >= TrimmedAtOnce || _leading == _parts.Count)
            Trim();
    }

    /// <summary>Nothing is added or withdrawn any more.</summary>
    public void Close(long number, AckRecord[] acks)
    {
        (_number, _acks, IsClosed) = (number, acks, true);
        _parts.RemoveAll(static part => part.Place.IsDone);
        for (int i = 0; i < _parts.Count; i++)
            _parts[i].Place.Index = i;
        _taken = _parts.FindIndex(static part => !part.Place.IsTaken) is >= 0 and var first ? first : _parts.Count;
    }

    /// <summary>The next part that nobody has taken, before it is stored.</summary>
    public bool TryTake(out StoredPart part)
    {
        part = default;
        if (_taken == _parts.Count)
            return false;
        var (entry, place) = _parts[_taken++];
        place.IsTaken = true;
        part = new StoredPart(place, entry.Signal, entry.Items, entry.Since, entry.Payload.Retain(), entry.PlainLength);
        return true;
    }

    public void WriteRecord(Span<byte> record)
    {
        var rest = record[SegmentEnvelope.Length..];
        BinaryPrimitives.WriteInt32LittleEndian(rest, _acks.Length);
        BinaryPrimitives.WriteInt32LittleEndian(rest[4..], _parts.Count);
        rest = rest[CountsLength..];
        foreach (var ack in _acks)
            rest = Write(ack, rest);
        foreach (var (entry, _) in _parts)
            rest = Write(entry, rest);
        new SegmentEnvelope(RecordKind.Segment, _number).Seal(record);
    }

    /// <summary>It is stored: the parts have their places in the segment. Those that are done already are the segment's to be told.</summary>
    public void MoveTo(StoredSegment segment)
    {
        foreach (var (_, place) in _parts)
        {
            place.MoveTo(segment);
            if (place.IsTaken)
                segment.Reserve(place.Index);
        }
    }

    /// <summary>Parts that were done while it was written.</summary>
    public IEnumerable<StoredPlace> Done => _parts.Where(static part => part.Place.IsDone).Select(static part => part.Place);

    /// <summary>Bytes of the payloads that nobody has taken.</summary>
    public long BytesLeft => _parts.Skip(_taken).Sum(static part => (long)part.Entry.Payload.Length);

    /// <summary>Hands the entries over that nobody has taken, payload references included; the others are default.</summary>
    public SegmentEntry[] TakeEntries()
    {
        var entries = new SegmentEntry[_parts.Count];
        for (int i = _taken; i < entries.Length; i++)
        {
            entries[i] = _parts[i].Entry;
            _parts[i] = (default, _parts[i].Place);
        }

        return entries;
    }

    /// <summary>Answers everybody whose part is in here.</summary>
    public void Complete(string? refusal)
    {
        foreach (var (entry, place) in _parts)
        {
            entry.Payload?.Release();
            place.Settle(refusal);
        }

        _parts.Clear();
    }

    private void Trim()
    {
        _parts.RemoveRange(0, _leading);
        _taken -= _leading;
        _trimmed += _leading;
        _leading = 0;
    }

    private static Span<byte> Write(AckRecord ack, Span<byte> rest)
    {
        BinaryPrimitives.WriteInt64LittleEndian(rest, ack.Number);
        BinaryPrimitives.WriteInt32LittleEndian(rest[8..], ack.Runs.Length);
        rest = rest[AckLength..];
        foreach (var (start, length) in ack.Runs)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, start);
            BinaryPrimitives.WriteInt32LittleEndian(rest[4..], length);
            rest = rest[RunLength..];
        }

        return rest;
    }

    private static Span<byte> Write(SegmentEntry entry, Span<byte> rest)
    {
        rest[0] = (byte)entry.Signal;
        rest[1] = (byte)entry.Payload.Coding;
        rest[2] = rest[3] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(rest[4..], entry.Items);
        BinaryPrimitives.WriteInt64LittleEndian(rest[8..], entry.Since ?? Vacant);
        BinaryPrimitives.WriteInt32LittleEndian(rest[16..], entry.Payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(rest[20..], entry.PlainLength);
        entry.Payload.Message.Span.CopyTo(rest[EntryLength..]);
        return rest[(EntryLength + entry.Payload.Length)..];
    }
}
