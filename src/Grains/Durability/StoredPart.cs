using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Durability;

/// <summary>A part that was taken from a durable queue, with one reference to its payload for whoever took it.</summary>
/// <param name="Place">Where it is stored, for <see cref="SegmentLog.Ack"/>.</param>
/// <param name="Signal">The signal of its items.</param>
/// <param name="Items">How many items it holds.</param>
/// <param name="Since">The seating that it was meant for; null when the seat was vacant, or when another activation accepted the part.</param>
/// <param name="Payload">The request.</param>
/// <param name="PlainLength">Bytes of the request uncompressed; zero when that is the payload's length, or not known.</param>
internal readonly record struct StoredPart(StoredPlace Place, Signal Signal, int Items, long? Since, Payload Payload, int PlainLength);
