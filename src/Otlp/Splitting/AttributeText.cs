using System.Buffers.Text;
using System.Globalization;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>An attribute's value as the text that the Collector makes of it.</summary>
internal static class AttributeText
{
    private const int LongestNumber = 32;

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
                ((long)ReadVarint(raw)).TryFormat(buffer.Room(LongestNumber), out int digits, default, CultureInfo.InvariantCulture);
                buffer.Advance(digits);
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
