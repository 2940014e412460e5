using System.Buffers.Binary;

namespace OrleansLb.Grains.Durability;

/// <summary>The next segment while it fills: all parts that arrive while a write is under way. Owns a reference to each payload.</summary>
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

    private readonly List<SegmentEntry> _entries = [];
    private readonly TaskCompletionSource<string?> _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _number;
    private AckRecord[] _acks = [];

    /// <summary>Completes when the segment is stored: null, or why it could not be.</summary>
    public Task<string?> Stored => _stored.Task;

    public int Count => _entries.Count;

    /// <summary>Bytes of the payloads.</summary>
    public long Bytes { get; private set; }

    /// <summary>The room that the parts take up in the queue.</summary>
    public long Room { get; private set; }

    public int RecordLength
    {
        get
        {
            long length = SegmentEnvelope.Length + CountsLength + (_entries.Count * (long)EntryLength) + Bytes;
            foreach (var ack in _acks)
                length += AckLength + (ack.Runs.Length * (long)RunLength);
            return checked((int)length);
        }
    }

    public void Add(in SegmentEntry entry, int room = 1)
    {
        _entries.Add(entry);
        Bytes += entry.Payload.Length;
        Room += room;
    }

    /// <summary>Nothing is added any more.</summary>
    public void Close(long number, AckRecord[] acks) => (_number, _acks) = (number, acks);

    public void WriteRecord(Span<byte> record)
    {
        var rest = record[SegmentEnvelope.Length..];
        BinaryPrimitives.WriteInt32LittleEndian(rest, _acks.Length);
        BinaryPrimitives.WriteInt32LittleEndian(rest[4..], _entries.Count);
        rest = rest[CountsLength..];
        foreach (var ack in _acks)
            rest = Write(ack, rest);
        foreach (var entry in _entries)
            rest = Write(entry, rest);
        new SegmentEnvelope(RecordKind.Segment, _number).Seal(record);
    }

    /// <summary>Hands the entries over, payload references included.</summary>
    public SegmentEntry[] TakeEntries()
    {
        SegmentEntry[] entries = [.. _entries];
        _entries.Clear();
        return entries;
    }

    /// <summary>Answers everybody whose part is in here.</summary>
    public void Complete(string? refusal)
    {
        foreach (var entry in _entries)
            entry.Payload.Release();
        _entries.Clear();
        _stored.TrySetResult(refusal);
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
