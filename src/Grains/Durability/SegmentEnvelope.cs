using System.Buffers.Binary;
using OrleansLb.Otlp.Identity;

namespace OrleansLb.Grains.Durability;

/// <summary>
/// The first 32 bytes of every record of a durable queue. They stay as they are in every version of the format, so that a torn or
/// flipped record is told from one that a newer program wrote. All numbers are little-endian.
/// </summary>
/// <remarks>0: magic · 8: XXH64 of everything from byte 16 on · 16: version (2 bytes) · 18: kind (2) · 20: length of the record (4) · 24: number (8).</remarks>
internal readonly record struct SegmentEnvelope(RecordKind Kind, long Number, ushort Version = SegmentEnvelope.Newest)
{
    public const int Length = 32;

    /// <summary>The version that this program writes, and the newest that it reads; it reads all before it. Version 2 added lengths to a segment's entries.</summary>
    public const ushort Newest = 2;

    // "OLBQUEUE"
    private const ulong Magic = 0x4555455551424C4F;
    private const int HashOffset = 8;
    private const int HashedFrom = 16;

    /// <summary>Puts the envelope around a record whose body, from <see cref="Length"/> on, is written.</summary>
    public void Seal(Span<byte> record)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(record, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(record[16..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(record[18..], (ushort)Kind);
        BinaryPrimitives.WriteInt32LittleEndian(record[20..], record.Length);
        BinaryPrimitives.WriteInt64LittleEndian(record[24..], Number);
        BinaryPrimitives.WriteUInt64LittleEndian(record[HashOffset..], XxHash64.Hash(record[HashedFrom..]));
    }

    /// <summary>Looks whether the record is as it was written.</summary>
    public static RecordCondition Inspect(ReadOnlySpan<byte> record, out SegmentEnvelope envelope)
    {
        envelope = default;
        if (record.Length < Length
            || BinaryPrimitives.ReadUInt64LittleEndian(record) != Magic
            || BinaryPrimitives.ReadUInt64LittleEndian(record[HashOffset..]) != XxHash64.Hash(record[HashedFrom..])
            || BinaryPrimitives.ReadInt32LittleEndian(record[20..]) != record.Length)
            return RecordCondition.Corrupt;

        envelope = new SegmentEnvelope(
            (RecordKind)BinaryPrimitives.ReadUInt16LittleEndian(record[18..]),
            BinaryPrimitives.ReadInt64LittleEndian(record[24..]),
            BinaryPrimitives.ReadUInt16LittleEndian(record[16..]));
        return envelope.Version > Newest ? RecordCondition.Newer : RecordCondition.Sound;
    }
}
