namespace OrleansLb.Otlp.Wire;

/// <summary>Walks the fields of a message without interpreting their values.</summary>
internal static class WireReader
{
    // Deeper than any schema of the field, shallow enough for any stack; the same limit as the official parsers have.
    private const int MaxGroupDepth = 100;

    /// <summary>Reads the field at <paramref name="position"/>; the caller has made sure that it lies before <paramref name="end"/>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, int position, int end, out WireField field, ref WireError error)
    {
        // Nearly every field of OTLP is length-delimited with a one-byte tag and a length of one byte (fields) or two (items).
        int left = end - position;
        if (left >= 3)
        {
            uint tag = bytes[position];
            uint length = bytes[position + 1];
            if ((tag & 0x87) == WireType.LengthDelimited && tag > 7)
            {
                int header = 2;
                uint high = bytes[position + 2];
                if (length >= 0x80)
                {
                    length = (length & 0x7F) | (high << 7);
                    header = 3;
                }

                if (length <= (uint)(left - header) && (header == 2 || high < 0x80))
                {
                    field = new WireField(tag, position + header, position + header + (int)length);
                    return true;
                }
            }
            else if ((tag & 0x87) == WireType.Varint && tag > 7 && length < 0x80)
            {
                field = new WireField(tag, position + 1, position + 2);
                return true;
            }
        }

        return TryReadAny(bytes, position, end, depth: 0, out field, ref error);
    }

    /// <summary>Says that a field we know came with a wire type it cannot have.</summary>
    public static bool WrongType(int offset, ref WireError error)
    {
        error = new WireError("known field has the wrong wire type", offset);
        return false;
    }

    /// <summary>Says that an ID has a length that no ID has.</summary>
    public static bool WrongLength(int offset, int actual, int expected, ref WireError error)
    {
        error = new WireError($"{actual} bytes instead of {expected} or 0", offset);
        return false;
    }

    private static bool TryReadAny(ReadOnlySpan<byte> bytes, int start, int end, int depth, out WireField field, ref WireError error)
    {
        field = default;
        int position = start;
        if (!Varint.TryRead(bytes, ref position, end, out ulong wideTag, ref error))
            return false;
        if (wideTag > uint.MaxValue)
            return Fail("field number is too large", start, ref error);
        uint tag = (uint)wideTag;
        if (tag < 8)
            return Fail("field number is zero", start, ref error);

        int valueStart = position;
        ulong length;
        switch (tag & 7)
        {
            case WireType.Varint:
                if (!Varint.TryRead(bytes, ref position, end, out _, ref error))
                    return false;
                field = new WireField(tag, valueStart, position);
                return true;
            case WireType.Fixed64:
                length = 8;
                break;
            case WireType.Fixed32:
                length = 4;
                break;
            case WireType.LengthDelimited:
                if (!Varint.TryRead(bytes, ref position, end, out length, ref error))
                    return false;
                valueStart = position;
                break;
            case WireType.StartGroup:
                if (!TrySkipGroup(bytes, ref position, end, tag >> 3, depth + 1, ref error))
                    return false;
                field = new WireField(tag, valueStart, position);
                return true;
            case WireType.EndGroup:
                return Fail("group ends that was not begun", start, ref error);
            default:
                return Fail("wire type does not exist", start, ref error);
        }

        if (length > (ulong)(end - position))
            return Fail("field is longer than the message around it", start, ref error);
        field = new WireField(tag, valueStart, position + (int)length);
        return true;
    }

    /// <summary>Moves behind the end of the group <paramref name="number"/>, whose start has been read.</summary>
    private static bool TrySkipGroup(ReadOnlySpan<byte> bytes, ref int position, int end, uint number, int depth, ref WireError error)
    {
        if (depth > MaxGroupDepth)
            return Fail("groups are nested too deeply", position, ref error);

        uint endTag = (number << 3) | WireType.EndGroup;
        while (position < end)
        {
            int start = position;
            if (!Varint.TryRead(bytes, ref position, end, out ulong tag, ref error))
                return false;
            if (tag == endTag)
                return true;
            if (!TryReadAny(bytes, start, end, depth, out var field, ref error))
                return false;
            position = field.End;
        }

        return Fail("group is not ended", position, ref error);
    }

    private static bool Fail(string message, int offset, ref WireError error)
    {
        error = new WireError(message, offset);
        return false;
    }
}
