using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OrleansLb.Otlp.Wire;

/// <summary>Which fields of an item somebody asks for, and a quick way over all others.</summary>
/// <remarks>An innermost loop: native integers need no widening, and loads are not checked where the loop's bound allows them.</remarks>
internal readonly struct FieldFilter
{
    // Tag and length of a field in one little-endian load: the continuation bits of both and the wire type tell the short forms.
    private const uint ShortForm = 0x8087;
    private const uint OneByteTag = 0x0087;
    private const uint LongLength = 0x8000 | WireType.LengthDelimited;
    private const uint NoTag = uint.MaxValue;
    private const int Fixed64Field = 1 + sizeof(ulong);
    private const int Fixed32Field = 1 + sizeof(uint);

    // Key and value of an attribute have a tag and a length each.
    private const int PairOverhead = 4;

    private readonly uint _numbers;
    private readonly uint _attributeTag;
    private readonly ulong _names;

    /// <param name="numbers">A bit for each field number that is asked for; numbers are below 16.</param>
    /// <param name="attributesNumber">The field of the attributes, or 0 if all or none of them are asked for.</param>
    /// <param name="names">The union of <see cref="NameBit"/> of the attributes that are asked for.</param>
    public FieldFilter(uint numbers, uint attributesNumber = 0, ulong names = 0)
    {
        // no field has the number zero: the slow path says so
        _numbers = numbers | 1 | (1u << (int)attributesNumber);
        _attributeTag = attributesNumber == 0 ? NoTag : (attributesNumber << 3) | WireType.LengthDelimited;
        _names = names;
    }

    /// <summary>One of 64 classes that a name belongs to, by its length and its last byte: names often begin alike.</summary>
    public static ulong NameBit(ReadOnlySpan<byte> name) => 1UL << ((name.Length ^ (name.IsEmpty ? 0 : name[^1])) & 63);

    /// <summary>
    /// The position of the next field that may be one of those asked for, or that is in no short form; the end if there is none. What lies
    /// before it is well-formed.
    /// </summary>
    /// <param name="item">Up to the end of the item.</param>
    /// <param name="start">Where a field begins.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public int Skip(ReadOnlySpan<byte> item, int start)
    {
        uint numbers = _numbers;
        uint attributeTag = _attributeTag;
        ulong names = _names;
        ref byte origin = ref MemoryMarshal.GetReference(item);
        nint position = start;
        nint end = item.Length;
        while (position + 1 < end)
        {
            uint head = FieldHead.Load(ref origin, position);
            nint next = Behind(ref origin, position, end, head);
            if (next > end)
                break;
            if (head == FieldHead.SpanFlags)
            {
                position = next;
                continue;
            }

            if (((numbers >> (int)((head >> 3) & 15)) & 1) != 0
                && ((head & FieldHead.ShortTag) != attributeTag || MayBeNamed(names, ref Unsafe.Add(ref origin, position + 2), (nint)(head >> 8))))
            {
                break;
            }

            position = next;
        }

        return (int)position;
    }

    /// <summary>Finds the field <paramref name="number"/>, of which all occurrences stand side by side and are short.</summary>
    /// <param name="item">Up to the end of the item.</param>
    /// <param name="start">Where its fields begin.</param>
    /// <param name="number">The field, below 16; it is length-delimited.</param>
    /// <param name="from">Where the first occurrence begins.</param>
    /// <param name="to">Where the last one ends.</param>
    /// <returns>False when they stand otherwise, or when the rest of the item is not well-formed in short forms.</returns>
    public static bool TryFindRun(ReadOnlySpan<byte> item, int start, uint number, out int from, out int to)
    {
        var filter = new FieldFilter(1u << (int)number);
        ref byte origin = ref MemoryMarshal.GetReference(item);

        // a point mostly has times and a number before its attributes, and nothing behind them
        from = (int)UsualFields.AllFixed64(ref origin, start, item.Length, number);
        if (from < item.Length && item[from] != ((number << 3) | WireType.LengthDelimited))
            from = filter.Skip(item, from);
        to = (int)UsualFields.Texts(ref origin, from, item.Length - 1, number);
        return to == item.Length || (to < item.Length && filter.Skip(item, to) == item.Length);
    }

    /// <summary>Where a field ends that is in a short form, or beyond the end; of other fields, <see cref="nint.MaxValue"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Behind(ref byte origin, nint position, nint end, uint head)
    {
        if ((head & ShortForm) == WireType.LengthDelimited)
            return position + 2 + (nint)(head >> 8);
        if ((head & ShortForm) == WireType.Varint)
            return position + 2;
        if ((head & OneByteTag) == WireType.Fixed64)
            return position + Fixed64Field;
        if ((head & OneByteTag) == WireType.Fixed32)
            return position + Fixed32Field;
        if ((head & ShortForm) == LongLength && position + 2 < end && Unsafe.Add(ref origin, position + 2) < 0x80)
            return position + 3 + (nint)(((head >> 8) & 0x7F) | ((uint)Unsafe.Add(ref origin, position + 2) << 7));
        return head == FieldHead.SpanFlags ? position + FieldHead.SpanFlagsLength : nint.MaxValue;
    }

    /// <summary>False for a pair of key and value, once each and in either order, whose key is in no class asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool MayBeNamed(ulong names, ref byte pair, nint length)
    {
        if (length < PairOverhead)
            return true;
        nint first = Unsafe.Add(ref pair, 1);
        nint second = length - PairOverhead - first;
        if (second < 0 || Unsafe.Add(ref pair, first + 3) != second)
            return true;

        // of an empty key, the length is the byte before its end
        byte behind = Unsafe.Add(ref pair, first + 2);
        if (pair == OtlpTags.Key && behind == OtlpTags.Value)
            return ((names >> (int)((first ^ Unsafe.Add(ref pair, first + 1)) & 63)) & 1) != 0;

        // the Collector writes from behind: the value comes first
        return pair != OtlpTags.Value || behind != OtlpTags.Key
            || ((names >> (int)((second ^ Unsafe.Add(ref pair, length - 1)) & 63)) & 1) != 0;
    }
}
