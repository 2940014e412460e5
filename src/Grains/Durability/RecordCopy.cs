namespace OrleansLb.Grains.Durability;

/// <summary>A record as it was read, envelope or not.</summary>
internal sealed class RecordCopy(SegmentState record) : IRecordSource
{
    public int RecordLength => record.Bytes.Length;

    public void WriteRecord(Span<byte> destination) => record.Bytes.Span.CopyTo(destination);
}
