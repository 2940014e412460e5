using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OrleansLb.Otlp.Identity;

/// <summary>
/// XXH64 with seed 0 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md): the hash of the partitioned table and of attribute maps,
/// fixed for ever, because every process of a fleet must place a key alike. System.IO.Hashing is not to be had everywhere.
/// </summary>
public static class XxHash64
{
    private const int TraceIdLength = 16;
    private const int StripeLength = 32;

    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;

    /// <summary>The hash of all bytes of <paramref name="data"/>.</summary>
    public static ulong Hash(ReadOnlySpan<byte> data)
    {
        if (data.Length == TraceIdLength)
            return HashTraceId(data);

        ref byte origin = ref MemoryMarshal.GetReference(data);
        nint length = data.Length;
        nint striped = length & -StripeLength;
        ulong start = striped == 0 ? Prime5 : HashStripes(ref origin, striped);
        return Finish(start + (ulong)length, ref Unsafe.Add(ref origin, striped), length - striped);
    }

    /// <summary>
    /// The hash of <paramref name="data"/> without its last byte, and with it: what both have in common is gone through once.
    /// </summary>
    internal static ulong HashBoth(ReadOnlySpan<byte> data, out ulong withLast)
    {
        nint length = data.Length;
        nint striped = length & -StripeLength;
        if (striped is 0 || striped == length)
        {
            withLast = Hash(data);
            return Hash(data[..^1]);
        }

        ref byte origin = ref MemoryMarshal.GetReference(data);
        ref byte rest = ref Unsafe.Add(ref origin, striped);
        ulong start = HashStripes(ref origin, striped);
        withLast = Finish(start + (ulong)length, ref rest, length - striped);
        return Finish(start + (ulong)length - 1, ref rest, length - striped - 1);
    }

    // Asked once per item: the general path without its loops and length checks.
    private static ulong HashTraceId(ReadOnlySpan<byte> id)
    {
        ulong hash = Prime5 + TraceIdLength;
        hash = BitOperations.RotateLeft(hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(id)), 27) * Prime1 + Prime4;
        hash = BitOperations.RotateLeft(hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(id[8..])), 27) * Prime1 + Prime4;
        return Avalanche(hash);
    }

    private static ulong Avalanche(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * Prime2;
        hash = (hash ^ (hash >> 29)) * Prime3;
        return hash ^ (hash >> 32);
    }

    /// <summary>Goes through what is longer than no stripe and shorter than one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Finish(ulong hash, ref byte rest, nint length)
    {
        nint position = 0;
        for (; position + 8 <= length; position += 8)
            hash = BitOperations.RotateLeft(hash ^ Round(0, Lane(ref rest, position)), 27) * Prime1 + Prime4;
        if (position + 4 <= length)
        {
            hash = BitOperations.RotateLeft(hash ^ (HalfLane(ref rest, position) * Prime1), 23) * Prime2 + Prime3;
            position += 4;
        }

        for (; position < length; position++)
            hash = BitOperations.RotateLeft(hash ^ (Unsafe.Add(ref rest, position) * Prime5), 11) * Prime1;
        return Avalanche(hash);
    }

    /// <param name="origin">Where the first stripe begins.</param>
    /// <param name="length">Bytes of all stripes, not zero.</param>
    private static ulong HashStripes(ref byte origin, nint length)
    {
        ulong a = unchecked(Prime1 + Prime2), b = Prime2, c = 0, d = unchecked(0UL - Prime1);
        for (nint position = 0; position < length; position += StripeLength)
        {
            a = Round(a, Lane(ref origin, position));
            b = Round(b, Lane(ref origin, position + 8));
            c = Round(c, Lane(ref origin, position + 16));
            d = Round(d, Lane(ref origin, position + 24));
        }

        ulong hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
        hash = Merge(hash, a);
        hash = Merge(hash, b);
        hash = Merge(hash, c);
        return Merge(hash, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Lane(ref byte origin, nint position)
    {
        ulong lane = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref origin, position));
        return BitConverter.IsLittleEndian ? lane : BinaryPrimitives.ReverseEndianness(lane);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint HalfLane(ref byte origin, nint position)
    {
        uint lane = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref origin, position));
        return BitConverter.IsLittleEndian ? lane : BinaryPrimitives.ReverseEndianness(lane);
    }

    private static ulong Round(ulong accumulator, ulong lane) => BitOperations.RotateLeft(accumulator + lane * Prime2, 31) * Prime1;

    private static ulong Merge(ulong hash, ulong lane) => (hash ^ Round(0, lane)) * Prime1 + Prime4;
}
