using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace OrleansLb.Storage.States;

/// <summary>CRC-32C over a record's bytes, version and key, so that bytes which ended up under another record are noticed as well.</summary>
internal static class StateChecksum
{
    public static uint Compute(in StateKey key, long version, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, version);
        uint crc = Append(uint.MaxValue, data);
        crc = Append(crc, number);
        crc = Append(crc, key.GrainType.Span);
        crc = Append(crc, key.GrainKey.Span);
        return ~Append(crc, key.Name.Span);
    }

    private static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        foreach (byte rest in bytes[(words.Length * sizeof(ulong))..])
            crc = BitOperations.Crc32C(crc, rest);
        return crc;
    }
}
