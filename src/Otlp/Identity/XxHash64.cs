using System.Buffers.Binary;
using System.Numerics;

namespace OrleansLb.Otlp.Identity;

/// <summary>
/// XXH64 with seed 0 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md): the hash of the partitioned table and of attribute maps,
/// fixed for ever, because every process of a fleet must place a key alike. System.IO.Hashing is not to be had everywhere.
/// </summary>
public static class XxHash64
{
    private const int TraceIdLength = 16;

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

        ulong hash = data.Length >= 32 ? HashStripes(ref data, (ulong)data.Length) : Prime5 + (ulong)data.Length;

        while (data.Length >= 8)
        {
            hash ^= Round(0, BinaryPrimitives.ReadUInt64LittleEndian(data));
            hash = BitOperations.RotateLeft(hash, 27) * Prime1 + Prime4;
            data = data[8..];
        }

        if (data.Length >= 4)
        {
            hash ^= BinaryPrimitives.ReadUInt32LittleEndian(data) * Prime1;
            hash = BitOperations.RotateLeft(hash, 23) * Prime2 + Prime3;
            data = data[4..];
        }

        foreach (byte b in data)
            hash = BitOperations.RotateLeft(hash ^ (b * Prime5), 11) * Prime1;

        return Avalanche(hash);
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

    private static ulong HashStripes(ref ReadOnlySpan<byte> data, ulong length)
    {
        ulong a = unchecked(Prime1 + Prime2), b = Prime2, c = 0, d = unchecked(0UL - Prime1);
        do
        {
            a = Round(a, BinaryPrimitives.ReadUInt64LittleEndian(data));
            b = Round(b, BinaryPrimitives.ReadUInt64LittleEndian(data[8..]));
            c = Round(c, BinaryPrimitives.ReadUInt64LittleEndian(data[16..]));
            d = Round(d, BinaryPrimitives.ReadUInt64LittleEndian(data[24..]));
            data = data[32..];
        }
        while (data.Length >= 32);

        ulong hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
        hash = Merge(hash, a);
        hash = Merge(hash, b);
        hash = Merge(hash, c);
        hash = Merge(hash, d);
        return hash + length;
    }

    private static ulong Round(ulong accumulator, ulong lane) => BitOperations.RotateLeft(accumulator + lane * Prime2, 31) * Prime1;

    private static ulong Merge(ulong hash, ulong lane) => (hash ^ Round(0, lane)) * Prime1 + Prime4;
}
