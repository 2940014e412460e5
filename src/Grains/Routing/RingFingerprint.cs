using System.Buffers.Binary;
using System.Text;
using OrleansLb.Otlp.Identity;

namespace OrleansLb.Grains.Routing;

/// <summary>
/// Tells whether tables of different processes agree. Fixed for ever, since versions are compared with each other: every position counts as the
/// XXH64 of its endpoint, eight bytes, little-endian; the XXH64 of each 512 of them, then that of all of these, of which the upper 53 bits.
/// </summary>
internal static class RingFingerprint
{
    private const int Bits = 53;
    private const int ChunkLength = 512;

    /// <summary>The fingerprint of a table; 0 of an empty one.</summary>
    public static long Of(RoutingTable table)
    {
        if (table.IsEmpty)
            return 0;

        var endpoints = new ulong[table.SlotLimit];
        for (int slot = 0; slot < endpoints.Length; slot++)
            endpoints[slot] = XxHash64.Hash(Encoding.UTF8.GetBytes(table.LastBackendOf(slot) ?? ""));
        var positions = table.SlotOfPosition;
        var chunks = new byte[(positions.Length + ChunkLength - 1) / ChunkLength * sizeof(ulong)];
        Span<byte> chunk = stackalloc byte[ChunkLength * sizeof(ulong)];
        for (int from = 0, number = 0; from < positions.Length; from += ChunkLength, number++)
        {
            int length = Math.Min(ChunkLength, positions.Length - from);
            for (int i = 0; i < length; i++)
                BinaryPrimitives.WriteUInt64LittleEndian(chunk[(i * sizeof(ulong))..], endpoints[positions[from + i]]);
            BinaryPrimitives.WriteUInt64LittleEndian(chunks.AsSpan(number * sizeof(ulong)), XxHash64.Hash(chunk[..(length * sizeof(ulong))]));
        }

        return (long)(XxHash64.Hash(chunks) >> (64 - Bits));
    }
}
