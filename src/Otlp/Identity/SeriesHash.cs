using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Identity;

/// <summary>
/// The hash of our own series identifiers: products of 64 by 64 bits whose halves are folded together, which spread every bit at the least cost.
/// Fixed for ever, because every process of a fleet must place a series alike.
/// </summary>
/// <remarks>
/// <para>
/// <c>fold(x, y)</c> is the upper half of the product xor the lower one. Bytes become two little-endian words: zeros fill the last block of 16, a
/// lone one if there are none, and each block before it goes by <c>s = fold(a ^ S1, b ^ S2 ^ s)</c> from 0; the words are <c>a ^ s</c> and <c>b</c> of
/// the last block. A name k with a value v is <c>fold(fold(k0 ^ S1, v0 ^ S2) ^ S3, fold(k1 ^ S4, v1 ^ S2) ^ n)</c>, where n has the length of the
/// name, that of the value from bit 24 on, and its kind, a field of <c>AnyValue</c>, from bit 56 on.
/// </para>
/// <para>
/// No secret goes in, so a sender can make series collide. That gains it nothing: series that collide share a backend, which it
/// could load as well with many points of one series.
/// </para>
/// </remarks>
internal static class SeriesHash
{
    /// <summary>Bytes that a short read takes, whatever the length.</summary>
    public const int Block = 2 * sizeof(ulong);

    /// <summary>Bytes of <see cref="WriteText"/>.</summary>
    public const int TextLength = 2 * sizeof(ulong);

    private const int ValueLengthAt = 24;
    private const int KindAt = 56;

    // odd, half of their bits set, and unlike each other
    private const ulong Secret1 = 0x9E3779B97F4A7C15;
    private const ulong Secret2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Secret3 = 0xA0761D6478BD642F;
    private const ulong Secret4 = 0xE7037ED1A0B428DB;

    // A slice of sixteen bytes keeps the first n bytes of a block when it begins at 16 - n.
    private static ReadOnlySpan<byte> Masks =>
    [
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    /// <summary>The hash of a name with a text, each of which a whole block may be read from at its last byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong OfText(ref byte name, nint nameLength, ref byte value, nint valueLength)
    {
        ulong first = Words(ref name, nameLength, out ulong second);
        ulong firstValue = Words(ref value, valueLength, out ulong secondValue);
        return Mix(first, second, nameLength, firstValue, secondValue, valueLength, (ulong)AnyValueKind.String);
    }

    /// <summary>The hash of a name with a number, when a whole block may be read from the name at its last byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong OfNumber(ref byte name, nint nameLength, ulong number, AnyValueKind kind)
    {
        ulong first = Words(ref name, nameLength, out ulong second);
        return Mix(first, second, nameLength, number, 0, 0, (ulong)kind);
    }

    /// <summary>The hash of a name with bytes.</summary>
    public static ulong OfBytes(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, AnyValueKind kind)
    {
        ulong first = Words(name, out ulong second);
        ulong firstValue = Words(value, out ulong secondValue);
        return Mix(first, second, name.Length, firstValue, secondValue, value.Length, (ulong)kind);
    }

    /// <summary>The hash of a name with a number.</summary>
    public static ulong OfNumber(ReadOnlySpan<byte> name, ulong number, AnyValueKind kind)
    {
        ulong first = Words(name, out ulong second);
        return Mix(first, second, name.Length, number, 0, 0, (ulong)kind);
    }

    /// <summary>One hash of two: their order counts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Join(ulong first, ulong second) => Fold(first ^ Secret3, second ^ Secret1);

    /// <summary>Writes a hash as sixteen lower-case hexadecimal digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteText(ulong hash, ref byte destination)
    {
        // each byte twice: its upper half makes the first digit, its lower half the second
        var bytes = Vector128.CreateScalar(BinaryPrimitives.ReverseEndianness(hash)).AsByte();
        var twice = Vector128.Shuffle(bytes, Vector128.Create((byte)0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7));
        var high = (twice.AsUInt16() >> 4).AsByte();
        var halves = Vector128.ConditionalSelect(Vector128.Create((ushort)0x00FF).AsByte(), high, twice) & Vector128.Create((byte)0x0F);
        Vector128.Shuffle(Vector128.Create("0123456789abcdef"u8), halves).StoreUnsafe(ref destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong name0, ulong name1, nint nameLength, ulong value0, ulong value1, nint valueLength, ulong kind) => Fold(
        Fold(name0 ^ Secret1, value0 ^ Secret2) ^ Secret3,
        Fold(name1 ^ Secret4, value1 ^ Secret2) ^ (ulong)nameLength ^ ((ulong)valueLength << ValueLengthAt) ^ (kind << KindAt));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Words(ref byte origin, nint length, out ulong second)
    {
        ulong state = 0;
        for (; length > Block; length -= Block)
        {
            state = Next(state, ref origin);
            origin = ref Unsafe.Add(ref origin, Block);
        }

        ref byte mask = ref Unsafe.Add(ref MemoryMarshal.GetReference(Masks), Block - length);
        second = Lane(ref origin, sizeof(ulong)) & Lane(ref mask, sizeof(ulong));
        return (Lane(ref origin, 0) & Lane(ref mask, 0)) ^ state;
    }

    private static ulong Words(ReadOnlySpan<byte> bytes, out ulong second)
    {
        Span<byte> last = stackalloc byte[Block];
        last.Clear();
        ulong state = 0;
        for (; bytes.Length > Block; bytes = bytes[Block..])
            state = Next(state, ref MemoryMarshal.GetReference(bytes));
        bytes.CopyTo(last);
        return Words(ref last[0], bytes.Length, out second) ^ state;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Next(ulong state, ref byte block) => Fold(Lane(ref block, 0) ^ Secret1, Lane(ref block, sizeof(ulong)) ^ Secret2 ^ state);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong left, ulong right)
    {
        // the library's multiplication hands one half over in memory
        if (Bmi2.X64.IsSupported)
            return Bmi2.X64.MultiplyNoFlags(left, right) ^ (left * right);
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Lane(ref byte origin, nint position)
    {
        ulong lane = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref origin, position));
        return BitConverter.IsLittleEndian ? lane : BinaryPrimitives.ReverseEndianness(lane);
    }
}
