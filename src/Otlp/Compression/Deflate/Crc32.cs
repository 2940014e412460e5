using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>The CRC-32 of gzip members (RFC 1952 §8): reflected polynomial EDB88320.</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;

    // x^(1024+32) and x^(1024-32): 256 bits over four lanes
    private static readonly Vector256<ulong> OverFourWide = Vector256.Create(Vector128.Create(0x1_E88E_F372UL, 0x1_4A7F_E880UL), Vector128.Create(0x1_E88E_F372UL, 0x1_4A7F_E880UL));

    // below this the tables alone are as fast
    private const int ShortestFolded = 128;
    private const int ShortestFoldedWide = 512;

    // x^(512+32), x^(512-32), x^(128+32) and x^(128-32) modulo the polynomial, reflected: they carry 128 bits over four lanes, or over one
    private static readonly Vector128<ulong> OverFour = Vector128.Create(0x1_5444_2BD4UL, 0x1_C6E4_1596UL);
    private static readonly Vector128<ulong> OverOne = Vector128.Create(0x1_7519_97D0UL, 0x0_CCAA_009EUL);

    private static readonly uint[] Tables = BuildTables();

    /// <summary>Whether this processor multiplies without carries.</summary>
    public static bool CanFold => Pclmulqdq.IsSupported;

    /// <summary>The checksum of <paramref name="data"/>.</summary>
    public static uint Hash(ReadOnlySpan<byte> data) => CanFold ? HashFolded(data) : HashByTables(data);

    /// <summary>Eight bytes per step, on any processor.</summary>
    public static uint HashByTables(ReadOnlySpan<byte> data) => ~Append(uint.MaxValue, data);

    /// <summary>64 bytes per step by carry-less multiplication; the remainder is left to the tables.</summary>
    public static uint HashFolded(ReadOnlySpan<byte> data)
    {
        if (data.Length < ShortestFolded)
            return HashByTables(data);

        var blocks = MemoryMarshal.Cast<byte, Vector128<ulong>>(data);
        var (a, b, c, d) = (blocks[0] ^ Vector128.CreateScalar((ulong)uint.MaxValue), blocks[1], blocks[2], blocks[3]);
        int at = 4;
        if (Pclmulqdq.V256.IsSupported && data.Length >= ShortestFoldedWide)
            at = FoldWide(data, ref a, ref b, ref c, ref d);
        for (; at + 4 <= blocks.Length; at += 4)
        {
            a = Fold(a, OverFour) ^ blocks[at];
            b = Fold(b, OverFour) ^ blocks[at + 1];
            c = Fold(c, OverFour) ^ blocks[at + 2];
            d = Fold(d, OverFour) ^ blocks[at + 3];
        }

        a = Fold(Fold(Fold(a, OverOne) ^ b, OverOne) ^ c, OverOne) ^ d;
        for (; at < blocks.Length; at++)
            a = Fold(a, OverOne) ^ blocks[at];

        Span<byte> folded = stackalloc byte[Vector128<byte>.Count];
        a.AsByte().CopyTo(folded);
        return ~Append(Append(0, folded), data[(blocks.Length * Vector128<byte>.Count)..]);
    }

    // Folds as many whole 128 bytes as there are into the last four lanes of them; answers how many lanes that were.
    private static int FoldWide(ReadOnlySpan<byte> data, ref Vector128<ulong> a, ref Vector128<ulong> b, ref Vector128<ulong> c, ref Vector128<ulong> d)
    {
        var blocks = MemoryMarshal.Cast<byte, Vector256<ulong>>(data);
        var (p, q, r, s) = (Vector256.Create(a, b), Vector256.Create(c, d), blocks[2], blocks[3]);
        int at = 4;
        for (; at + 4 <= blocks.Length; at += 4)
        {
            p = Fold(p, OverFourWide) ^ blocks[at];
            q = Fold(q, OverFourWide) ^ blocks[at + 1];
            r = Fold(r, OverFourWide) ^ blocks[at + 2];
            s = Fold(s, OverFourWide) ^ blocks[at + 3];
        }

        a = Fold(p.GetLower(), OverFour) ^ r.GetLower();
        b = Fold(p.GetUpper(), OverFour) ^ r.GetUpper();
        c = Fold(q.GetLower(), OverFour) ^ s.GetLower();
        d = Fold(q.GetUpper(), OverFour) ^ s.GetUpper();
        return 2 * at;
    }

    private static Vector256<ulong> Fold(Vector256<ulong> lanes, Vector256<ulong> over) =>
        Pclmulqdq.V256.CarrylessMultiply(lanes, over, 0x00) ^ Pclmulqdq.V256.CarrylessMultiply(lanes, over, 0x11);

    private static Vector128<ulong> Fold(Vector128<ulong> lane, Vector128<ulong> over) =>
        Pclmulqdq.CarrylessMultiply(lane, over, 0x00) ^ Pclmulqdq.CarrylessMultiply(lane, over, 0x11);

    // without the complements before and after
    private static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<uint> tables = Tables;
        for (; data.Length >= 8; data = data[8..])
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(data) ^ crc;
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            crc = tables[(7 << 8) + (int)(low & 0xFF)] ^ tables[(6 << 8) + (int)((low >> 8) & 0xFF)]
                ^ tables[(5 << 8) + (int)((low >> 16) & 0xFF)] ^ tables[(4 << 8) + (int)(low >> 24)]
                ^ tables[(3 << 8) + (int)(high & 0xFF)] ^ tables[(2 << 8) + (int)((high >> 8) & 0xFF)]
                ^ tables[(1 << 8) + (int)((high >> 16) & 0xFF)] ^ tables[(int)(high >> 24)];
        }

        foreach (byte next in data)
            crc = tables[(int)((crc ^ next) & 0xFF)] ^ (crc >> 8);
        return crc;
    }

    // table k holds the effect of a byte that k further bytes follow
    private static uint[] BuildTables()
    {
        uint[] tables = new uint[8 << 8];
        for (uint index = 0; index < 1 << 8; index++)
        {
            uint crc = index;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (Polynomial & (uint)-(int)(crc & 1));
            tables[index] = crc;
        }

        for (int index = 1 << 8; index < tables.Length; index++)
            tables[index] = tables[(int)(tables[index - (1 << 8)] & 0xFF)] ^ (tables[index - (1 << 8)] >> 8);
        return tables;
    }
}
