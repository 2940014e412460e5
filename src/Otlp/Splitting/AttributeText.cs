using System.Buffers.Binary;
using System.Buffers.Text;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>An attribute's value as the text that the Collector makes of it.</summary>
/// <remarks>
/// Arrays and maps, which the Collector writes as JSON, count as empty: as a service's name they are a mistake of their sender,
/// and all that they cost here is a backend that may differ from the Collector's.
/// </remarks>
internal static class AttributeText
{
    /// <summary>Appends the text of a value.</summary>
    public static void Append(IdentifierBuffer buffer, ReadOnlySpan<byte> request, AnyValue value)
    {
        var raw = request[value.Start..value.End];
        switch (value.Kind)
        {
            case AnyValueKind.String:
                buffer.Append(raw);
                break;
            case AnyValueKind.Bool:
                buffer.Append(ReadVarint(raw) != 0 ? "true"u8 : "false"u8);
                break;
            case AnyValueKind.Int:
                buffer.AppendDecimal((long)ReadVarint(raw));
                break;
            case AnyValueKind.Double:
                DoubleText.Append(buffer, BinaryPrimitives.ReadDoubleLittleEndian(raw));
                break;
            case AnyValueKind.Bytes:
                Base64.EncodeToUtf8(raw, buffer.Room(Base64.GetMaxEncodedToUtf8Length(raw.Length)), out _, out int encoded);
                buffer.Advance(encoded);
                break;
        }
    }

    private static ulong ReadVarint(ReadOnlySpan<byte> raw)
    {
        int position = 0;
        var error = default(WireError);
        Varint.TryRead(raw, ref position, raw.Length, out ulong value, ref error);
        return value;
    }
}
