using System.Runtime.CompilerServices;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The head of an item in a scope entry.</summary>
internal static class UsualItem
{
    // tag, a byte of the length that goes on, one that does not
    private const uint HeadBits = 0x8080FF;
    private const uint LongLength = 0x8000;
    private const int HeadLength = 3;

    // tag, a byte of the length that does not go on
    private const int ShortHeadLength = 2;

    /// <summary>Where the fields of an item of less than 16 KiB begin; negative if there is another field, or another length.</summary>
    /// <param name="tag">Of an item.</param>
    /// <param name="origin">The request.</param>
    /// <param name="position">Where a field of the scope entry begins; four bytes from there on can be read.</param>
    /// <param name="end">Where the item ends.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Enter(uint tag, ref byte origin, int position, out int end)
    {
        uint head = FieldHead.LoadTwo(ref origin, position);
        int start = position + HeadLength;
        end = start + (int)(((head >> 8) & 0x7F) | ((head >> 9) & 0x3F80));
        if ((head & HeadBits) == (tag | LongLength))
            return start;
        start = position + ShortHeadLength;
        end = start + (int)((head >> 8) & 0x7F);
        return (head & FieldHead.ShortTag) == tag ? start : -1;
    }
}
