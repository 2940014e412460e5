using OrleansLb.Grains.Options;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Durability;

/// <summary>One part of a segment. Whoever holds the entry owns one reference to the payload.</summary>
/// <param name="Signal">The signal of its items.</param>
/// <param name="Items">How many items it holds.</param>
/// <param name="Since">The seating that the part was meant for; null if the seat was vacant.</param>
/// <param name="Payload">The request.</param>
/// <param name="PlainLength">Bytes of the request uncompressed; zero when that is the payload's length, or not known.</param>
internal readonly record struct SegmentEntry(Signal Signal, int Items, long? Since, Payload Payload, int PlainLength = 0)
{
    /// <summary>The room that it takes up in a queue.</summary>
    public int RoomBy(QueueSizer sizer) => sizer.RoomFor(Items, PlainLength > 0 ? PlainLength : Payload.Length);
}
