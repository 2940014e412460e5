using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OrleansLb.Otlp.Identity;

/// <summary>
/// CRC-32 of IEEE 802.3 (reflected polynomial EDB88320): the hash of the Collector's rings and the checksum of gzip members (RFC 1952 §8).
/// The processors' CRC instructions compute another polynomial (Castagnoli) on x64.
/// </summary>
/// <remarks>
/// Long data is folded by carry-less multiplication (V. Gopal and others, "Fast CRC Computation for Generic Polynomials Using
/// PCLMULQDQ Instruction", Intel 2009, with that paper's constants); tables of eight bytes per step do the rest.
/// </remarks>
public static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int LaneLength = 16;

    // from these lengths on, folding over one lane, four lanes and four lanes of twice the width pays
    private const int ShortestFolded = 2 * LaneLength;
    private const int ShortestOverFour = 8 * LaneLength;
    private const int ShortestWide = 32 * LaneLength;

    private static readonly uint[] Tables = BuildTables();

    // x^(1024+32), x^(1024-32); x^(512+32), x^(512-32); x^(128+32), x^(128-32), all modulo the polynomial and reflected:
    // they carry 256 bits over four wide lanes, and 128 bits over four lanes or over one
    private static readonly Vector256<ulong> OverFourWide = Vector256.Create(Vector128.Create(0x1_E88E_F372UL, 0x1_4A7F_E880UL));
    private static readonly Vector128<ulong> OverFour = Vector128.Create(0x1_5444_2BD4UL, 0x1_C6E4_1596UL);
    private static readonly Vector128<ulong> OverOne = Vector128.Create(0x1_7519_97D0UL, 0x0_CCAA_009EUL);

    /// <summary>The checksum of <paramref name="data"/>.</summary>
    public static uint Hash(ReadOnlySpan<byte> data) => Append(0, data);

    /// <summary>The checksum of what <paramref name="crc"/> is the checksum of, followed by <paramref name="data"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        crc = ~crc;
        if (Pclmulqdq.IsSupported && data.Length >= ShortestFolded)
            crc = AppendFolded(crc, ref data);
        return ~AppendByTables(crc, data);
    }

    /// <summary>The checksum as a processor without carry-less multiplication computes it.</summary>
    internal static uint HashByTables(ReadOnlySpan<byte> data) => ~AppendByTables(uint.MaxValue, data);

    // Folds all whole lanes into one of the same remainder, and leaves what does not fill a lane.
    private static uint AppendFolded(uint crc, ref ReadOnlySpan<byte> data)
    {
        var lanes = MemoryMarshal.Cast<byte, Vector128<ulong>>(data);
        var folded = lanes[0] ^ Vector128.CreateScalar((ulong)crc);
        int at = data.Length >= ShortestOverFour ? FoldOverFour(data, ref folded) : 1;
        for (; at < lanes.Length; at++)
            folded = Fold(folded, OverOne) ^ lanes[at];

        data = data[(lanes.Length * LaneLength)..];
        ref uint tables = ref MemoryMarshal.GetArrayDataReference(Tables);
        return Step(ref tables, Step(ref tables, 0, folded.ToScalar()), folded.GetElement(1));
    }

    // Folds as many whole 64 bytes as there are into the last of their lanes; answers how many lanes that were. `a` is the first lane.
    private static int FoldOverFour(ReadOnlySpan<byte> data, ref Vector128<ulong> a)
    {
        var lanes = MemoryMarshal.Cast<byte, Vector128<ulong>>(data);
        var (b, c, d) = (lanes[1], lanes[2], lanes[3]);
        int at = 4;
        if (Pclmulqdq.V256.IsSupported && data.Length >= ShortestWide)
            at = FoldWide(data, ref a, ref b, ref c, ref d);
        for (; at + 4 <= lanes.Length; at += 4)
        {
            a = Fold(a, OverFour) ^ lanes[at];
            b = Fold(b, OverFour) ^ lanes[at + 1];
            c = Fold(c, OverFour) ^ lanes[at + 2];
            d = Fold(d, OverFour) ^ lanes[at + 3];
        }

        a = Fold(Fold(Fold(a, OverOne) ^ b, OverOne) ^ c, OverOne) ^ d;
        return at;
    }

    // The same for whole 128 bytes, into the last four of their lanes.
    private static int FoldWide(ReadOnlySpan<byte> data, ref Vector128<ulong> a, ref Vector128<ulong> b, ref Vector128<ulong> c, ref Vector128<ulong> d)
    {
        var lanes = MemoryMarshal.Cast<byte, Vector256<ulong>>(data);
        var (p, q, r, s) = (Vector256.Create(a, b), Vector256.Create(c, d), lanes[2], lanes[3]);
        int at = 4;
        for (; at + 4 <= lanes.Length; at += 4)
        {
            p = Fold(p, OverFourWide) ^ lanes[at];
            q = Fold(q, OverFourWide) ^ lanes[at + 1];
            r = Fold(r, OverFourWide) ^ lanes[at + 2];
            s = Fold(s, OverFourWide) ^ lanes[at + 3];
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
    private static uint AppendByTables(uint crc, ReadOnlySpan<byte> data)
    {
        ref uint tables = ref MemoryMarshal.GetArrayDataReference(Tables);
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..])
            crc = Step(ref tables, crc, BinaryPrimitives.ReadUInt64LittleEndian(data));

        if (data.Length >= sizeof(uint))
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(data) ^ crc;
            crc = Entry(ref tables, 3, word) ^ Entry(ref tables, 2, word >> 8) ^ Entry(ref tables, 1, word >> 16) ^ Entry(ref tables, 0, word >> 24);
            data = data[sizeof(uint)..];
        }

        foreach (byte next in data)
            crc = Entry(ref tables, 0, crc ^ next) ^ (crc >> 8);
        return crc;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Step(ref uint tables, uint crc, ulong eight)
    {
        uint low = (uint)eight ^ crc;
        uint high = (uint)(eight >> 32);
        return Entry(ref tables, 7, low) ^ Entry(ref tables, 6, low >> 8) ^ Entry(ref tables, 5, low >> 16) ^ Entry(ref tables, 4, low >> 24)
            ^ Entry(ref tables, 3, high) ^ Entry(ref tables, 2, high >> 8) ^ Entry(ref tables, 1, high >> 16) ^ Entry(ref tables, 0, high >> 24);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Entry(ref uint tables, nint table, uint value) => Unsafe.Add(ref tables, (table << 8) + (byte)value);

    // table k holds the effect of a byte that k further bytes follow
    private static uint[] BuildTables()
    {
        var tables = new uint[8 << 8];
        for (uint value = 0; value < 1 << 8; value++)
        {
            uint crc = value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (Polynomial & (uint)-(int)(crc & 1));
            tables[value] = crc;
        }

        for (int i = 1 << 8; i < tables.Length; i++)
            tables[i] = tables[(byte)tables[i - (1 << 8)]] ^ (tables[i - (1 << 8)] >> 8);
        return tables;
    }
}
