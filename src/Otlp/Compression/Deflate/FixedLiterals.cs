using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>The fixed codes of eight literals at a time (RFC 1951 §3.2.6), without a table look-up or a branch for each.</summary>
internal static unsafe class FixedLiterals
{
    /// <summary>Most literals of a call.</summary>
    public const int AtOnce = 8;

    private const byte FirstLong = 144;
    private const byte FirstShortCode = 0x30;

    /// <summary>Whether the processor can shift every lane by a number of its own.</summary>
    public static bool IsVectorized => (Avx2.IsSupported || AdvSimd.IsSupported) && BitConverter.IsLittleEndian;

    private static ReadOnlySpan<byte> ReversedNibbles => [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15];

    // a window of eight lanes over it has as many ones as its place is left of the middle
    private static ReadOnlySpan<ushort> Lanes =>
        [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>The codes of the first <paramref name="count"/> of eight bytes: in each half those of four, first lowest, and how many bits they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<ulong> Codes, Vector128<ulong> Counts) Of(byte* from, nint count)
    {
        var bytes = Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(from)).AsByte();

        // a code of 8 bits is 30h more than the byte; one of 9 bits is a one and the byte; the first bit is the lowest
        var isLong = Vector128.GreaterThanOrEqual(bytes, Vector128.Create(FirstLong));
        var codes = bytes + Vector128.AndNot(Vector128.Create(FirstShortCode), isLong);
        var nibbles = Vector128.Create(ReversedNibbles);
        var low = Vector128.ShuffleNative(nibbles, codes & Vector128.Create((byte)15));
        var high = Vector128.ShuffleNative(nibbles, (codes.AsUInt16() >> 4).AsByte() & Vector128.Create((byte)15));
        var reversed = Vector128.WidenLower(((low.AsUInt16() << 4).AsByte()) | high);
        var isLongLane = Vector128.WidenLower(isLong.AsSByte()).AsUInt16();
        var used = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Lanes), (nuint)(AtOnce - count));
        var ones = (reversed + ((reversed & isLongLane) - isLongLane)) & used;
        var counts = (Vector128.Create((ushort)8) | (isLongLane & Vector128<ushort>.One)) & used;

        // neighbours are put together, twice
        var lowerHalf = Vector128.Create((uint)ushort.MaxValue);
        var firstCounts = counts.AsUInt32() & lowerHalf;
        var pairs = (ones.AsUInt32() & lowerHalf) | Shifted(ones.AsUInt32() >> 16, firstCounts);
        var pairCounts = firstCounts + (counts.AsUInt32() >> 16);
        var lowerPair = Vector128.Create((ulong)uint.MaxValue);
        firstCounts = pairCounts & lowerPair.AsUInt32();
        var fours = (pairs.AsUInt64() & lowerPair) | Shifted(pairs.AsUInt64() >> 32, firstCounts.AsUInt64());
        return (fours, firstCounts.AsUInt64() + (pairCounts.AsUInt64() >> 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Shifted(Vector128<uint> values, Vector128<uint> counts) =>
        Avx2.IsSupported ? Avx2.ShiftLeftLogicalVariable(values, counts) : AdvSimd.ShiftLogical(values, counts.AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Shifted(Vector128<ulong> values, Vector128<ulong> counts) =>
        Avx2.IsSupported ? Avx2.ShiftLeftLogicalVariable(values, counts) : AdvSimd.ShiftLogical(values, counts.AsInt64());
}
