namespace OrleansLb.Otlp.Wire;

/// <summary>The low three bits of a protobuf tag.</summary>
internal static class WireType
{
    /// <summary>The bits of a tag that say it.</summary>
    public const uint Mask = 7;

    public const uint Varint = 0;
    public const uint Fixed64 = 1;
    public const uint LengthDelimited = 2;
    public const uint StartGroup = 3;
    public const uint EndGroup = 4;
    public const uint Fixed32 = 5;
}
