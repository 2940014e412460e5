using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Exporting.Messages;

/// <summary>
/// What one request holds for one ring slot. The sender keeps its own reference to the payload until the call is answered;
/// a grain that keeps the part retains the payload for itself, so the same rule holds when the message crossed a network.
/// </summary>
[GenerateSerializer, Immutable, Alias("orleanslb.ExportPart")]
public sealed record ExportPart
{
    /// <summary>The signal of the items.</summary>
    [Id(0)]
    public required Signal Signal { get; init; }

    /// <summary>How many items the payload holds.</summary>
    [Id(1)]
    public required int ItemCount { get; init; }

    /// <summary>An OTLP export request.</summary>
    [Id(2)]
    public required Payload Payload { get; init; }

    /// <summary>Bytes of the request uncompressed; zero when that is the payload's length.</summary>
    [Id(3)]
    public int PlainLength { get; init; }

    /// <summary>The sender wants to hear what became of the part, as with <c>wait_for_result</c>; with a queue in memory only.</summary>
    [Id(4)]
    public bool AwaitsDelivery { get; init; }
}
