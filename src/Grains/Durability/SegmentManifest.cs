using System.Buffers.Binary;

namespace OrleansLb.Grains.Durability;

/// <summary>
/// Which segments a queue may have: the stragglers, and those from <see cref="First"/> up to, not including, <see cref="Reserved"/>. Stores
/// cannot list their records, so numbers are reserved many at a time before they are used, and the next activation asks for each of them.
/// </summary>
/// <param name="Owner">The activation that wrote it; a random number.</param>
/// <param name="First">No segment below this number is of interest, apart from the stragglers.</param>
/// <param name="Reserved">No segment has this number or a greater one.</param>
/// <param name="Stragglers">Old segments that are still there, so that one part which nobody takes does not keep <paramref name="First"/> back.</param>
internal sealed record SegmentManifest(long Owner, long First, long Reserved, long[] Stragglers) : IRecordSource
{
    public const int MostStragglers = 1024;
    private const int FixedLength = SegmentEnvelope.Length + 16;

    public int RecordLength => FixedLength + (Stragglers.Length * sizeof(long));

    /// <summary>The manifest that names these segments.</summary>
    /// <param name="owner">Its owner.</param>
    /// <param name="live">The segments that are there, in the order of their numbers.</param>
    /// <param name="recent">Segments from this number on are no stragglers; the first one that is free is not below it.</param>
    /// <param name="reserved">The end of the reservation.</param>
    public static SegmentManifest Of(long owner, IEnumerable<StoredSegment> live, long recent, long reserved)
    {
        var stragglers = new List<long>();
        long first = recent;
        foreach (var segment in live)
        {
            first = Math.Min(recent, segment.Number);
            if (segment.Number >= recent || stragglers.Count == MostStragglers)
                break;
            stragglers.Add(segment.Number);
            first = recent;
        }

        return new SegmentManifest(owner, first, reserved, [.. stragglers]);
    }

    /// <summary>Every number that a segment may have, ascending.</summary>
    public IEnumerable<long> Numbers()
    {
        foreach (long number in Stragglers)
            yield return number;
        for (long number = First; number < Reserved; number++)
            yield return number;
    }

    public void WriteRecord(Span<byte> record)
    {
        BinaryPrimitives.WriteInt64LittleEndian(record[SegmentEnvelope.Length..], First);
        BinaryPrimitives.WriteInt64LittleEndian(record[(SegmentEnvelope.Length + sizeof(long))..], Reserved);
        for (int i = 0; i < Stragglers.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(record[(FixedLength + (i * sizeof(long)))..], Stragglers[i]);
        new SegmentEnvelope(RecordKind.Manifest, Owner).Seal(record);
    }

    public static RecordCondition Read(ReadOnlySpan<byte> record, out SegmentManifest? manifest)
    {
        manifest = null;
        var condition = SegmentEnvelope.Inspect(record, out var envelope);
        if (condition != RecordCondition.Sound)
            return condition;
        if (envelope.Kind != RecordKind.Manifest || record.Length < FixedLength || (record.Length - FixedLength) % sizeof(long) != 0)
            return RecordCondition.Corrupt;

        long first = BinaryPrimitives.ReadInt64LittleEndian(record[SegmentEnvelope.Length..]);
        long reserved = BinaryPrimitives.ReadInt64LittleEndian(record[(SegmentEnvelope.Length + sizeof(long))..]);
        var stragglers = new long[(record.Length - FixedLength) / sizeof(long)];
        for (int i = 0; i < stragglers.Length; i++)
            stragglers[i] = BinaryPrimitives.ReadInt64LittleEndian(record[(FixedLength + (i * sizeof(long)))..]);
        manifest = new SegmentManifest(envelope.Number, first, reserved, stragglers);
        return RecordCondition.Sound;
    }
}
