using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OrleansLb.Grains.Routing;

/// <summary>
/// CRC-32 of IEEE 802.3 (reflected polynomial EDB88320), the hash of the Collector's rings; eight bytes per step by tables.
/// The processors' CRC instructions compute another polynomial (Castagnoli) on x64.
/// </summary>
internal static class Crc32
{
    private const int BlockLength = 16;

    private static readonly uint[] Tables = BuildTables();

    public static uint Hash(ReadOnlySpan<byte> data) => Append(0, data);

    /// <summary>The CRC of what <paramref name="crc"/> is the CRC of, followed by <paramref name="data"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        crc = ~crc;
        if (Pclmulqdq.IsSupported && data.Length >= 2 * BlockLength)
            crc = AppendBlocks(crc, ref data);
        return ~AppendByTables(crc, data);
    }

    /// <summary>
    /// Folds all whole blocks into one of the same remainder by carry-less multiplication (V. Gopal and others, "Fast CRC Computation for
    /// Generic Polynomials Using PCLMULQDQ Instruction", Intel 2009, with that paper's constants); the tables do the rest.
    /// </summary>
    private static uint AppendBlocks(uint crc, ref ReadOnlySpan<byte> data)
    {
        var distance = Vector128.Create(0x1751997D0UL, 0xCCAA009EUL);
        ref byte origin = ref MemoryMarshal.GetReference(data);
        var folded = Vector128.LoadUnsafe(ref origin).AsUInt64() ^ Vector128.CreateScalar(crc).AsUInt64();
        nint length = data.Length & -BlockLength;
        for (nint position = BlockLength; position < length; position += BlockLength)
        {
            folded = Pclmulqdq.CarrylessMultiply(folded, distance, 0x00) ^ Pclmulqdq.CarrylessMultiply(folded, distance, 0x11)
                ^ Vector128.LoadUnsafe(ref Unsafe.Add(ref origin, position)).AsUInt64();
        }

        data = data[(int)length..];
        ref uint tables = ref MemoryMarshal.GetArrayDataReference(Tables);
        return Step(ref tables, Step(ref tables, 0, folded.ToScalar()), folded.GetElement(1));
    }

    private static uint AppendByTables(uint crc, ReadOnlySpan<byte> data)
    {
        ref uint tables = ref MemoryMarshal.GetArrayDataReference(Tables);
        while (data.Length >= sizeof(ulong))
        {
            crc = Step(ref tables, crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        if (data.Length >= sizeof(uint))
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(data) ^ crc;
            crc = Entry(ref tables, 3, word) ^ Entry(ref tables, 2, word >> 8) ^ Entry(ref tables, 1, word >> 16) ^ Entry(ref tables, 0, word >> 24);
            data = data[sizeof(uint)..];
        }

        foreach (byte b in data)
            crc = Entry(ref tables, 0, crc ^ b) ^ (crc >> 8);
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

    private static uint[] BuildTables()
    {
        var tables = new uint[8 * 256];
        for (uint value = 0; value < 256; value++)
        {
            uint crc = value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            tables[value] = crc;
        }

        // table k holds the CRC of a byte that k zero bytes follow
        for (int i = 256; i < tables.Length; i++)
            tables[i] = tables[(byte)tables[i - 256]] ^ (tables[i - 256] >> 8);
        return tables;
    }
}
