namespace OrleansLb.Otlp.Wire;

/// <summary>One field of a message: offsets into the request that it is part of.</summary>
/// <param name="Tag">Field number and wire type.</param>
/// <param name="ValueStart">Where the value begins, behind tag and length.</param>
/// <param name="End">One past the field's last byte.</param>
internal readonly record struct WireField(uint Tag, int ValueStart, int End)
{
    public uint Number => Tag >> 3;

    public uint Type => Tag & 7;
}
