using System.Buffers.Binary;
using System.Text;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Identity;

/// <summary>
/// Arrays and maps as the Collector, a Go program, writes them: no blanks, no HTML escapes, keys sorted by their bytes, of equal
/// keys the last, bytes as base64, nothing as <c>null</c>.
/// </summary>
/// <remarks>JSON has no NaN and no infinities: a value that holds one has the empty text.</remarks>
internal static class JsonText
{
    /// <summary>Appends the text of an array or map.</summary>
    public static bool TryAppend(
        IdentifierBuffer buffer, ReadOnlySpan<byte> request, in AnyValue value, AttributeList scratch, ref WireError error)
    {
        int start = buffer.Length;
        bool finite = true;
        if (!TryAppendValue(buffer, request, value, scratch, depth: 0, ref finite, ref error))
            return false;
        if (!finite)
            buffer.Truncate(start);
        return true;
    }

    private static bool TryAppendValue(
        IdentifierBuffer buffer, ReadOnlySpan<byte> request, in AnyValue value, AttributeList scratch, int depth, ref bool finite, ref WireError error)
    {
        if (depth > ValueNesting.Limit)
            return ValueNesting.TooDeep(value, ref error);

        var raw = request[value.Start..value.End];
        switch (value.Kind)
        {
            case AnyValueKind.String:
                AppendString(buffer, raw);
                return true;
            case AnyValueKind.Bool or AnyValueKind.Int:
                AttributeText.AppendVarint(buffer, request, value);
                return true;
            case AnyValueKind.Double:
                double number = BinaryPrimitives.ReadDoubleLittleEndian(raw);
                finite &= double.IsFinite(number);
                DoubleText.Append(buffer, number);
                return true;
            case AnyValueKind.Bytes:
                buffer.Append((byte)'"');
                AttributeText.AppendBase64(buffer, raw);
                buffer.Append((byte)'"');
                return true;
            case AnyValueKind.Array:
                return TryAppendArray(buffer, request, value, scratch, depth, ref finite, ref error);
            case AnyValueKind.Map:
                return TryAppendMap(buffer, request, value, scratch, depth, ref finite, ref error);
            default:
                buffer.Append("null"u8);
                return true;
        }
    }

    private static bool TryAppendArray(
        IdentifierBuffer buffer, ReadOnlySpan<byte> request, in AnyValue array, AttributeList scratch, int depth, ref bool finite, ref WireError error)
    {
        buffer.Append((byte)'[');
        bool first = true;
        for (int position = array.Start; position < array.End;)
        {
            if (!WireReader.TryRead(request, position, array.End, out var field, ref error))
                return false;
            if (field.Number == OtlpTags.ElementsNumber)
            {
                if (field.Type != WireType.LengthDelimited)
                    return WireReader.WrongType(position, ref error);
                if (!first)
                    buffer.Append((byte)',');
                first = false;
                var element = default(AnyValue);
                if (!element.TryMerge(request, field.ValueStart, field.End, ref error)
                    || !TryAppendValue(buffer, request, element, scratch, depth + 1, ref finite, ref error))
                {
                    return false;
                }
            }

            position = field.End;
        }

        buffer.Append((byte)']');
        return true;
    }

    private static bool TryAppendMap(
        IdentifierBuffer buffer, ReadOnlySpan<byte> request, in AnyValue map, AttributeList scratch, int depth, ref bool finite, ref WireError error)
    {
        int start = scratch.Count;
        if (!scratch.TryPush(request, map.Start, map.End, OtlpTags.ElementsNumber, ref error))
            return false;
        scratch.Sort(request, start);

        buffer.Append((byte)'{');
        int end = scratch.Count;
        bool first = true;
        for (int i = start; i < end; i++)
        {
            if (i + 1 < end && scratch.HasSameKey(request, i, i + 1))
                continue;
            if (!first)
                buffer.Append((byte)',');
            first = false;
            ref readonly var pair = ref scratch[i];
            AppendString(buffer, request[pair.KeyStart..pair.KeyEnd]);
            buffer.Append((byte)':');
            if (!pair.TryReadValue(request, out var value, ref error)
                || !TryAppendValue(buffer, request, value, scratch, depth + 1, ref finite, ref error))
            {
                return false;
            }
        }

        buffer.Append((byte)'}');
        scratch.Truncate(start);
        return true;
    }

    private static void AppendString(IdentifierBuffer buffer, ReadOnlySpan<byte> text)
    {
        buffer.Append((byte)'"');
        while (!text.IsEmpty)
        {
            // Go replaces byte by byte what is no UTF-8, where Rune would take an incomplete sequence as one.
            bool valid = Rune.DecodeFromUtf8(text, out var rune, out int length) == System.Buffers.OperationStatus.Done;
            if (!valid)
                length = 1;
            AppendCharacter(buffer, text[..length], valid ? rune.Value : Rune.ReplacementChar.Value, valid);
            text = text[length..];
        }

        buffer.Append((byte)'"');
    }

    private static void AppendCharacter(IdentifierBuffer buffer, ReadOnlySpan<byte> utf8, int character, bool valid)
    {
        switch (character)
        {
            case '"' or '\\':
                buffer.Append((byte)'\\').Append(utf8);
                break;
            case '\b':
                buffer.Append("\\b"u8);
                break;
            case '\f':
                buffer.Append("\\f"u8);
                break;
            case '\n':
                buffer.Append("\\n"u8);
                break;
            case '\r':
                buffer.Append("\\r"u8);
                break;
            case '\t':
                buffer.Append("\\t"u8);
                break;
            case < ' ' or 0x2028 or 0x2029:
                buffer.Append("\\u"u8).AppendHex([(byte)(character >> 8), (byte)character]);
                break;
            default:
                buffer.Append(valid ? utf8 : "\\ufffd"u8);
                break;
        }
    }
}
