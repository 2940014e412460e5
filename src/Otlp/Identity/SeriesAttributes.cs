using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Identity;

/// <summary>
/// The sum of the hashes of attributes: the same for every order, so that nothing is sorted, and of values and not of bytes, so that every way
/// to write an attribute has the same. Equal keys count as often as they occur.
/// </summary>
internal static class SeriesAttributes
{
    private const uint LongLength = 0x80;
    private const uint FieldNumber = 0x78;
    private const uint OneByteNumber = 0x80 | FieldNumber;
    private const uint Text = ((uint)AnyValueKind.String << 3) | WireType.LengthDelimited;
    private const uint Int = ((uint)AnyValueKind.Int << 3) | WireType.Varint;

    // Tag and length of the key, tag and length of the value.
    private const int PairOverhead = 4;

    /// <summary>Adds the attributes that a message has in the repeated field <paramref name="number"/>, which is below 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryAdd(ReadOnlySpan<byte> request, int start, int end, uint number, ref ulong sum, ref WireError error)
    {
        uint attribute = (number << 3) | WireType.LengthDelimited;
        ref byte origin = ref MemoryMarshal.GetReference(request);

        // near the very end there is no room for reads of whole blocks
        nint limit = Math.Min(end, request.Length - SeriesHash.Block);
        ulong total = 0;
        nint position = start;
        while (position < end)
        {
            while (position < limit)
            {
                uint heads = FieldHead.LoadTwo(ref origin, position);
                nint next;
                if ((heads & FieldHead.ShortTag) != attribute)
                {
                    // a long attribute takes the careful way, or one of another type; so does the number zero, which no field has
                    next = FieldFilter.Behind(ref origin, position, end, (ushort)heads);
                    if (next > end || ((heads ^ attribute) & OneByteNumber) == 0 || (heads & FieldNumber) == 0)
                        break;
                    position = next;
                    continue;
                }

                next = position + 2 + (nint)((heads >> 8) & 0xFF);
                if (next > limit || !TryHashShort(ref Unsafe.Add(ref origin, position + 2), next - position - 2, heads >> 16, out ulong pair))
                    break;
                total += pair;
                position = next;
            }

            if (position >= end)
                break;
            int behind = TryAddField(request, (int)position, end, number, ref total, ref error);
            if (behind < 0)
                return false;
            position = behind;
        }

        sum += total;
        return true;
    }

    /// <summary>
    /// Hashes a pair of one key and one value, which encoders write upwards or, from behind, downwards, and whose value is nothing but a short
    /// text or a small number.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryHashShort(ref byte pair, nint length, uint first, out ulong hash)
    {
        hash = 0;
        nint firstLength = (nint)(first >> 8);
        nint secondLength = length - PairOverhead - firstLength;
        if (secondLength < 0)
            return false;
        uint second = FieldHead.Load(ref pair, 2 + firstLength);
        bool isUpwards = (byte)first == OtlpTags.Key;
        if (((first ^ second) & 0xFF) != (OtlpTags.Key ^ OtlpTags.Value) || second >> 8 != (uint)secondLength || (!isUpwards && (byte)first != OtlpTags.Value))
            return false;

        ref byte key = ref Unsafe.Add(ref pair, 2);
        ref byte value = ref Unsafe.Add(ref pair, PairOverhead + firstLength);
        if (!isUpwards)
        {
            ref byte swapped = ref key;
            key = ref value;
            value = ref swapped;
            (firstLength, secondLength) = (secondLength, firstLength);
        }

        uint head = FieldHead.Load(ref value, 0);
        if (head == (Text | ((uint)(secondLength - 2) << 8)))
        {
            hash = SeriesHash.OfText(ref key, firstLength, ref Unsafe.Add(ref value, 2), secondLength - 2);
            return true;
        }

        if ((byte)head != Int || !TryReadSmall(ref value, secondLength, head >> 8, out ulong number))
            return false;
        hash = SeriesHash.OfNumber(ref key, firstLength, number, AnyValueKind.Int);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadSmall(ref byte value, nint length, uint head, out ulong number)
    {
        number = head;
        if (length == 2)
            return head < LongLength;
        uint next = Unsafe.Add(ref value, 2);
        number = (head & (LongLength - 1)) | (next << 7);
        return length == 3 && head >= LongLength && next < LongLength;
    }

    /// <summary>The careful way over one field; answers where it ends, or -1 when it is malformed.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int TryAddField(ReadOnlySpan<byte> request, int position, int end, uint number, ref ulong sum, ref WireError error) =>
        TryAddField(request, position, end, number, depth: 0, ref sum, ref error);

    private static int TryAddField(ReadOnlySpan<byte> request, int position, int end, uint number, int depth, ref ulong sum, ref WireError error)
    {
        if (!WireReader.TryRead(request, position, end, out var field, ref error))
            return -1;
        if (field.Number != number)
            return field.End;
        if (field.Type != WireType.LengthDelimited)
        {
            WireReader.WrongType(position, ref error);
            return -1;
        }

        if (!KeyValue.TryRead(request, field.ValueStart, field.End, out var pair, ref error)
            || !pair.TryReadValue(request, out var value, ref error)
            || !TryHash(request, request[pair.KeyStart..pair.KeyEnd], value, depth, out ulong hash, ref error))
        {
            return -1;
        }

        sum += hash;
        return field.End;
    }

    /// <summary>The hash of a name with any value.</summary>
    private static bool TryHash(
        ReadOnlySpan<byte> request, ReadOnlySpan<byte> name, in AnyValue value, int depth, out ulong hash, ref WireError error)
    {
        hash = 0;
        if (depth > ValueNesting.Limit)
            return ValueNesting.TooDeep(value, ref error);

        ulong number = 0;
        switch (value.Kind)
        {
            case AnyValueKind.String or AnyValueKind.Bytes:
                hash = SeriesHash.OfBytes(name, request[value.Start..value.End], value.Kind);
                return true;
            case AnyValueKind.Double:
                number = BinaryPrimitives.ReadUInt64LittleEndian(request[value.Start..value.End]);
                break;
            case AnyValueKind.Int:
                number = value.ReadVarint(request);
                break;
            case AnyValueKind.Bool:
                number = value.ReadVarint(request) != 0 ? 1UL : 0;
                break;
            case AnyValueKind.Array when !TryHashArray(request, value, depth, out number, ref error):
            case AnyValueKind.Map when !TryHashMap(request, value, depth, out number, ref error):
                return false;
        }

        hash = SeriesHash.OfNumber(name, number, value.Kind);
        return true;
    }

    private static bool TryHashMap(ReadOnlySpan<byte> request, in AnyValue map, int depth, out ulong sum, ref WireError error)
    {
        sum = 0;
        for (int position = map.Start; position < map.End;)
        {
            position = TryAddField(request, position, map.End, OtlpTags.ElementsNumber, depth + 1, ref sum, ref error);
            if (position < 0)
                return false;
        }

        return true;
    }

    private static bool TryHashArray(ReadOnlySpan<byte> request, in AnyValue array, int depth, out ulong hash, ref WireError error)
    {
        hash = 0;
        for (int position = array.Start; position < array.End;)
        {
            if (!WireReader.TryRead(request, position, array.End, out var field, ref error))
                return false;
            if (field.Number == OtlpTags.ElementsNumber)
            {
                if (field.Type != WireType.LengthDelimited)
                    return WireReader.WrongType(position, ref error);
                var element = default(AnyValue);
                if (!element.TryMerge(request, field.ValueStart, field.End, ref error)
                    || !TryHash(request, default, element, depth + 1, out ulong content, ref error))
                {
                    return false;
                }

                hash = SeriesHash.Join(hash, content);
            }

            position = field.End;
        }

        return true;
    }
}
