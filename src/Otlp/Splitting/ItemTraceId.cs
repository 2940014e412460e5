using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>Finds the trace ID of a span or log record.</summary>
internal static class ItemTraceId
{
    // Tag and length of a field in one little-endian load: the continuation bits of both and the wire type tell the short forms.
    private const uint ShortForm = 0x8087;
    private const uint OneByteTag = 0x0087;
    private const uint FieldNumber = 0x0078;
    private const int Fixed64Field = 1 + sizeof(ulong);
    private const int Fixed32Field = 1 + sizeof(uint);

    // A span's flags are the one frequent field with a tag of two bytes: field 16, fixed32.
    private const uint SpanFlags = 0x0185;

    /// <summary>Walks all fields of an item, because the last of several trace IDs counts; an item without one yields no bytes.</summary>
    public static bool TryFind(
        ReadOnlySpan<byte> request, int start, int end, uint idTag, out int idStart, out int idLength, ref WireError error)
    {
        idStart = 0;
        idLength = 0;
        nint position = start;
        while ((position = SkipShortFields(request[..end], position, idTag)) < end)
        {
            if (!WireReader.TryRead(request, (int)position, end, out var field, ref error))
                return false;
            if (field.Tag == idTag)
            {
                idStart = field.ValueStart;
                idLength = field.End - field.ValueStart;
            }
            else if (field.Number == idTag >> 3)
            {
                return WireReader.WrongType((int)position, ref error);
            }

            position = field.End;
        }

        return true;
    }

    /// <summary>
    /// Moves over fields that are in short form, complete and not the trace ID. The innermost loop of the product, some twenty
    /// rounds per item: hence native integers, which need no widening, and no check of a load that the loop's bound allows.
    /// </summary>
    private static nint SkipShortFields(ReadOnlySpan<byte> item, nint position, uint idTag)
    {
        ref byte origin = ref MemoryMarshal.GetReference(item);
        nint end = item.Length;
        while (position + 1 < end)
        {
            uint head = LoadHead(ref origin, position);
            uint number = head & FieldNumber;
            nint next;
            if ((head & ShortForm) == WireType.LengthDelimited)
                next = position + 2 + (nint)(head >> 8);
            else if ((head & ShortForm) == WireType.Varint)
                next = position + 2;
            else if ((head & OneByteTag) == WireType.Fixed64)
                next = position + Fixed64Field;
            else if ((head & OneByteTag) == WireType.Fixed32)
                next = position + Fixed32Field;
            else if (head == SpanFlags)
            {
                next = position + 1 + Fixed32Field;
                number = FieldNumber; // any but zero and that of a trace ID
            }
            else
                break;

            if (next > end || number == 0 || number == (idTag & FieldNumber))
                break;
            position = next;
        }

        return position;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint LoadHead(ref byte origin, nint position)
    {
        ushort head = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref origin, position));
        return BitConverter.IsLittleEndian ? head : BinaryPrimitives.ReverseEndianness(head);
    }
}
