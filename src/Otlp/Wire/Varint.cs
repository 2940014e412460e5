namespace OrleansLb.Otlp.Wire;

/// <summary>Base-128 integers, least significant group first.</summary>
internal static class Varint
{
    /// <summary>A 64-bit value takes no more bytes than this.</summary>
    public const int MaxLength = 10;

    /// <summary>Reads one value and moves <paramref name="position"/> behind it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ref int position, int end, out ulong value, ref WireError error)
    {
        int start = position;
        int shift = 0;
        value = 0;
        while (position < end)
        {
            byte group = bytes[position++];
            value |= (ulong)(group & 0x7F) << shift;
            if (group < 0x80)
            {
                // The tenth group has room for one bit.
                if (shift < 63 || group <= 1)
                    return true;
                error = new WireError("varint does not fit into 64 bits", start);
                return false;
            }

            shift += 7;
            if (shift == 7 * MaxLength)
            {
                error = new WireError("varint is longer than 10 bytes", start);
                return false;
            }
        }

        error = new WireError("varint is cut off", start);
        return false;
    }

    /// <summary>Bytes that <see cref="Write"/> needs.</summary>
    public static int SizeOf(uint value) => value < 0x80 ? 1 : (System.Numerics.BitOperations.Log2(value) / 7) + 1;

    /// <summary>Writes in the shortest form; answers the position behind it.</summary>
    public static int Write(Span<byte> destination, int position, uint value)
    {
        while (value >= 0x80)
        {
            destination[position++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[position++] = (byte)value;
        return position;
    }
}
