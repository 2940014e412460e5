using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Durability;

/// <summary>What a look at one segment number has shown.</summary>
/// <param name="Condition">How the record is; null when there is none.</param>
/// <param name="Segment">A sound segment, nothing done yet.</param>
/// <param name="Acks">What it says of others.</param>
/// <param name="Fault">What the store said of a corrupt one.</param>
internal readonly record struct FoundSegment(RecordCondition? Condition, StoredSegment? Segment, AckRecord[] Acks, Exception? Fault = null)
{
    /// <summary>Checks a record. Touches all its bytes.</summary>
    public static FoundSegment In(SegmentState record, long number, string? version, QueueSizer sizer)
    {
        var condition = SegmentReader.Open(record.Bytes.Span, number, out var reader);
        if (condition != RecordCondition.Sound)
            return new FoundSegment(condition, null, []);
        int[]? rooms = sizer == QueueSizer.Requests ? null : reader.Rooms(sizer);
        return new FoundSegment(condition, new StoredSegment(number, reader.Count, reader.PayloadBytes, rooms, version), reader.Acks);
    }
}
