using System.Runtime.CompilerServices;

namespace OrleansLb.Otlp.Wire;

/// <summary>
/// Steps over fields that an item is expected to have next, for items that are written as nearly all are. A step that does not find its field stays where it is; one that does may
/// go beyond the end of a malformed item. Whoever steps looks where it is before it has gone farther than <see cref="Margin"/>.
/// </summary>
/// <remarks>What most fields have is the same length in every item: the branch that finds them tells where the next one begins, and nothing waits for the bytes in between.</remarks>
internal static class UsualFields
{
    /// <summary>How many bytes behind an item can be read, so that the steps need no checks.</summary>
    public const int Margin = 512;

    /// <summary>Bytes of a trace ID that is one: others may have any length.</summary>
    public const int TraceIdLength = 16;

    private const uint LongTag = 0x80;

    /// <summary>Over a field of bytes that always are so many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Bytes(ref byte origin, nint position, uint number, int length) =>
        FieldHead.Load(ref origin, position) == (TagOf(number, WireType.LengthDelimited) | ((uint)length << 8)) ? position + 2 + length : position;

    /// <summary>Over a field of bytes that are so many or none, as the ID of a root's parent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint BytesOrNone(ref byte origin, nint position, uint number, int length)
    {
        uint head = FieldHead.Load(ref origin, position);
        uint none = TagOf(number, WireType.LengthDelimited);
        return head == (none | ((uint)length << 8)) ? position + 2 + length : head == none ? position + 2 : position;
    }

    /// <summary>Over a text, a message or bytes, in short form.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Text(ref byte origin, nint position, uint number)
    {
        uint head = FieldHead.Load(ref origin, position);
        return (head & FieldHead.ShortTag) == TagOf(number, WireType.LengthDelimited) ? position + 2 + (nint)(head >> 8) : position;
    }

    /// <summary>Over a small number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Number(ref byte origin, nint position, uint number) =>
        (FieldHead.Load(ref origin, position) & FieldHead.ShortTag) == TagOf(number, WireType.Varint) ? position + 2 : position;

    /// <summary>Over a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Fixed64(ref byte origin, nint position, uint number) =>
        Unsafe.Add(ref origin, position) == TagOf(number, WireType.Fixed64) ? position + 1 + sizeof(ulong) : position;

    /// <summary>Over all times, counts and numbers of a data point that stand side by side, but not beyond the end of the item, nor over what has the number of its attributes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint AllFixed64(ref byte origin, nint position, nint end, uint attributesNumber)
    {
        uint wrong = TagOf(attributesNumber, WireType.Fixed64);
        for (nint next = position + 1 + sizeof(ulong); next <= end; next += 1 + sizeof(ulong))
        {
            // a tag of one byte, and not the number zero, which no field has
            uint tag = Unsafe.Add(ref origin, position);
            if ((tag & (LongTag | WireType.Mask)) != WireType.Fixed64 || tag == WireType.Fixed64 || tag == wrong)
                break;
            position = next;
        }

        return position;
    }

    /// <summary>Over flags.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Fixed32(ref byte origin, nint position, uint number) =>
        Unsafe.Add(ref origin, position) == TagOf(number, WireType.Fixed32) ? position + 1 + sizeof(uint) : position;

    /// <summary>Over a span's flags.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint SpanFlags(ref byte origin, nint position) =>
        FieldHead.Load(ref origin, position) == FieldHead.SpanFlags ? position + FieldHead.SpanFlagsLength : position;

    /// <summary>Over all texts, messages or bytes in short form of one number, up to the end of the item.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Texts(ref byte origin, nint position, nint end, uint number)
    {
        while (position < end)
        {
            uint head = FieldHead.Load(ref origin, position);
            if ((head & FieldHead.ShortTag) != TagOf(number, WireType.LengthDelimited))
                break;
            position += 2 + (nint)(head >> 8);
        }

        return position;
    }

    private static uint TagOf(uint number, uint type) => (number << 3) | type;
}
