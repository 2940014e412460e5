using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace OrleansLb.Otlp.Wire;

/// <summary>Tag and length of a field in one load: enough to tell the short forms, a tag and a length of one byte each.</summary>
internal static class FieldHead
{
    /// <summary>What remains of a head is the tag, if the length (or value) is short.</summary>
    public const uint ShortTag = 0x80FF;

    /// <summary>A span's flags are the one frequent field with a tag of two bytes: field 16, fixed32.</summary>
    public const uint SpanFlags = 0x0185;

    /// <summary>Bytes of the flags, tag included.</summary>
    public const int SpanFlagsLength = 2 + sizeof(uint);

    /// <summary>Four bytes: two heads, of a message and of its first field, or one with a longer length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LoadTwo(ref byte origin, nint position)
    {
        uint heads = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref origin, position));
        return BitConverter.IsLittleEndian ? heads : BinaryPrimitives.ReverseEndianness(heads);
    }

    /// <summary>The tag in the lower byte; the length, or whatever stands there, in the upper one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Load(ref byte origin, nint position)
    {
        ushort head = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref origin, position));
        return BitConverter.IsLittleEndian ? head : BinaryPrimitives.ReverseEndianness(head);
    }
}
