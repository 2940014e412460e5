using System.Buffers.Binary;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Durability;

/// <summary>Reads a segment's record. The layout is that of <see cref="SegmentDraft"/>.</summary>
internal ref struct SegmentReader
{
    private ReadOnlySpan<byte> _rest;
    private int _entryLength;

    /// <summary>How many entries the segment has.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of all payloads.</summary>
    public long PayloadBytes { get; private set; }

    /// <summary>What the segment says of others.</summary>
    public AckRecord[] Acks { get; private set; }

    /// <summary>Checks a whole record; when it is sound the reader stands before the first entry.</summary>
    public static RecordCondition Open(ReadOnlySpan<byte> record, long number, out SegmentReader reader)
    {
        reader = new SegmentReader { Acks = [] };
        var condition = SegmentEnvelope.Inspect(record, out var envelope);
        if (condition != RecordCondition.Sound)
            return condition;
        if (envelope.Kind != RecordKind.Segment || envelope.Number != number)
            return RecordCondition.Corrupt;

        // the checksum fits: what is wrong from here on was written so, and must not be trusted either
        reader._rest = record[SegmentEnvelope.Length..];
        reader._entryLength = envelope.Version < 2 ? SegmentDraft.FirstEntryLength : SegmentDraft.EntryLength;
        return reader.TryReadHead() && reader.TryWalk() ? RecordCondition.Sound : RecordCondition.Corrupt;
    }

    /// <summary>The next entry; its payload is copied into memory of the pool unless the entry is not wanted.</summary>
    public SegmentEntry Next(PayloadPool pool, bool wanted)
    {
        var head = _rest;
        int length = BinaryPrimitives.ReadInt32LittleEndian(head[16..]);
        _rest = head[(_entryLength + length)..];
        if (!wanted)
            return default;

        using var buffer = pool.Rent(length);
        head.Slice(_entryLength, length).CopyTo(buffer.Message.Span);
        long since = BinaryPrimitives.ReadInt64LittleEndian(head[8..]);
        return new SegmentEntry(
            (Signal)head[0],
            BinaryPrimitives.ReadInt32LittleEndian(head[4..]),
            since == SegmentDraft.Vacant ? null : since,
            buffer.Seal(length, (ContentCoding)head[1]),
            PlainLengthOf(head));
    }

    /// <summary>The room of each entry, from the one on that the reader stands before.</summary>
    public readonly int[] Rooms(QueueSizer sizer)
    {
        var rest = _rest;
        int[] rooms = new int[Count];
        foreach (ref int room in rooms.AsSpan())
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(rest[16..]);
            int plain = PlainLengthOf(rest);
            room = sizer.RoomFor(BinaryPrimitives.ReadInt32LittleEndian(rest[4..]), plain > 0 ? plain : length);
            rest = rest[(_entryLength + length)..];
        }

        return rooms;
    }

    private readonly int PlainLengthOf(ReadOnlySpan<byte> entry) =>
        _entryLength == SegmentDraft.EntryLength ? BinaryPrimitives.ReadInt32LittleEndian(entry[20..]) : 0;

    private bool TryReadHead()
    {
        if (_rest.Length < SegmentDraft.CountsLength)
            return false;
        int acks = BinaryPrimitives.ReadInt32LittleEndian(_rest);
        Count = BinaryPrimitives.ReadInt32LittleEndian(_rest[4..]);
        _rest = _rest[SegmentDraft.CountsLength..];
        if (acks < 0 || Count < 0 || (long)acks * SegmentDraft.AckLength + (long)Count * _entryLength > _rest.Length)
            return false;

        var records = new AckRecord[acks];
        for (int i = 0; i < acks; i++)
        {
            if (_rest.Length < SegmentDraft.AckLength)
                return false;
            long number = BinaryPrimitives.ReadInt64LittleEndian(_rest);
            int runs = BinaryPrimitives.ReadInt32LittleEndian(_rest[8..]);
            _rest = _rest[SegmentDraft.AckLength..];
            if (runs < 0 || (long)runs * SegmentDraft.RunLength > _rest.Length)
                return false;

            var pairs = new (int Start, int Length)[runs];
            foreach (ref var pair in pairs.AsSpan())
            {
                pair = (BinaryPrimitives.ReadInt32LittleEndian(_rest), BinaryPrimitives.ReadInt32LittleEndian(_rest[4..]));
                _rest = _rest[SegmentDraft.RunLength..];
            }

            records[i] = new AckRecord(number, pairs);
        }

        Acks = records;
        return true;
    }

    // All entries lie within the record and end with it.
    private bool TryWalk()
    {
        var rest = _rest;
        for (int i = 0; i < Count; i++)
        {
            if (rest.Length < _entryLength || !Enum.IsDefined((Signal)rest[0]) || !Enum.IsDefined((ContentCoding)rest[1]))
                return false;
            int length = BinaryPrimitives.ReadInt32LittleEndian(rest[16..]);
            rest = rest[_entryLength..];
            if (length < 0 || length > rest.Length)
                return false;
            rest = rest[length..];
            PayloadBytes += length;
        }

        return rest.IsEmpty;
    }
}
