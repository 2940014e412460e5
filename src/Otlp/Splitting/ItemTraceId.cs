using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>Finds the trace ID of a span or log record.</summary>
internal static class ItemTraceId
{
    // Tag and length of a field in one little-endian load: continuation bits and wire type select the short forms.
    private const uint ShortForm = 0x8087;
    private const uint OneByteTag = 0x0087;
    private const uint FieldNumber = 0x0078;
    private const int Fixed64Field = 1 + sizeof(ulong);

    /// <summary>Walks all fields of an item, because the last of several trace IDs counts; an item without one yields no bytes.</summary>
    /// <remarks>
    /// The innermost loop of the product: some twenty fields per item, nearly all of them skipped. Whatever has no short form goes
    /// to <see cref="WireReader"/>.
    /// </remarks>
    public static bool TryFind(
        ReadOnlySpan<byte> request, int position, int end, uint idTag, out int idStart, out int idLength, ref WireError error)
    {
        idStart = 0;
        idLength = 0;

        // One check for all loads below, which stay in front of the end.
        ref byte origin = ref MemoryMarshal.GetReference(request[..end]);
        while (position < end)
        {
            int left = end - position;
            if (left >= 2)
            {
                uint head = LoadHead(ref origin, position);
                if ((head & FieldNumber) != 0)
                {
                    if ((head & ShortForm) == WireType.LengthDelimited)
                    {
                        int length = (int)(head >> 8);
                        if (length <= left - 2)
                        {
                            if ((byte)head == idTag)
                            {
                                idStart = position + 2;
                                idLength = length;
                            }

                            position += 2 + length;
                            continue;
                        }
                    }
                    else if ((head & ShortForm) == WireType.Varint && (head & FieldNumber) != (idTag & FieldNumber))
                    {
                        position += 2;
                        continue;
                    }
                    else if ((head & OneByteTag) == WireType.Fixed64 && left >= Fixed64Field && (head & FieldNumber) != (idTag & FieldNumber))
                    {
                        position += Fixed64Field;
                        continue;
                    }
                }
            }

            if (!WireReader.TryRead(request, position, end, out var field, ref error))
                return false;
            if (field.Tag == idTag)
            {
                idStart = field.ValueStart;
                idLength = field.End - field.ValueStart;
            }
            else if (field.Number == idTag >> 3)
            {
                return WireReader.WrongType(position, ref error);
            }

            position = field.End;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint LoadHead(ref byte origin, int position)
    {
        ushort head = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref origin, position));
        return BitConverter.IsLittleEndian ? head : BinaryPrimitives.ReverseEndianness(head);
    }
}
