using OrleansLb.Otlp;

namespace OrleansLb.Grains.Exporting.Messages;

/// <summary>A payload as it crosses a network.</summary>
[GenerateSerializer, Alias("orleanslb.PayloadSurrogate")]
public struct PayloadSurrogate
{
    /// <summary>The message.</summary>
    [Id(0)]
    public PayloadBytes Message { get; set; }

    /// <summary>Its coding.</summary>
    [Id(1)]
    public ContentCoding Coding { get; set; }
}
