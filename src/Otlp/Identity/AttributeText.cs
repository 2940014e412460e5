using System.Buffers.Binary;
using System.Buffers.Text;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Identity;

/// <summary>An attribute's value as the text that the Collector makes of it.</summary>
internal static class AttributeText
{
    /// <summary>Appends the text of a value.</summary>
    /// <param name="buffer">Where the text goes.</param>
    /// <param name="request">What the value is a slice of.</param>
    /// <param name="value">The value; arrays and maps become JSON.</param>
    /// <param name="scratch">Room to sort the keys of maps in.</param>
    /// <param name="error">Damage inside of an array or map, when the answer is false.</param>
    public static bool TryAppend(
        IdentifierBuffer buffer, ReadOnlySpan<byte> request, in AnyValue value, AttributeList scratch, ref WireError error)
    {
        var raw = request[value.Start..value.End];
        switch (value.Kind)
        {
            case AnyValueKind.String:
                buffer.Append(request, value.Start, value.End);
                return true;
            case AnyValueKind.Double:
                DoubleText.Append(buffer, BinaryPrimitives.ReadDoubleLittleEndian(raw));
                return true;
            case AnyValueKind.Bytes:
                AppendBase64(buffer, raw);
                return true;
            case AnyValueKind.Bool or AnyValueKind.Int:
                AppendVarint(buffer, request, value);
                return true;
            case AnyValueKind.Array or AnyValueKind.Map:
                return JsonText.TryAppend(buffer, request, value, scratch, ref error);
            default:
                return true;
        }
    }

    /// <summary>Appends a boolean or an integer, which JSON writes alike.</summary>
    public static void AppendVarint(IdentifierBuffer buffer, ReadOnlySpan<byte> request, in AnyValue value)
    {
        ulong number = value.ReadVarint(request);
        if (value.Kind == AnyValueKind.Int)
            buffer.AppendDecimal((long)number);
        else
            buffer.Append(number != 0 ? "true"u8 : "false"u8);
    }

    /// <summary>Appends bytes in the standard alphabet, padded.</summary>
    public static void AppendBase64(IdentifierBuffer buffer, ReadOnlySpan<byte> raw)
    {
        Base64.EncodeToUtf8(raw, buffer.Room(Base64.GetMaxEncodedToUtf8Length(raw.Length)), out _, out int encoded);
        buffer.Advance(encoded);
    }
}
