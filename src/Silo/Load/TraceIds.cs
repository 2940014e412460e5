using System.Buffers.Binary;

namespace OrleansLb.Silo.Load;

/// <summary>An endless sequence of trace IDs that look random and never repeat. Safe for concurrent use.</summary>
internal sealed class TraceIds(ulong seed)
{
    private ulong _next;

    /// <summary>Reserves <paramref name="count"/> IDs; answers the number of the first.</summary>
    public ulong Take(int count) => Interlocked.Add(ref _next, (ulong)count) - (ulong)count;

    /// <summary>Writes the 16 bytes of ID <paramref name="number"/>.</summary>
    public void Write(ulong number, Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, Mix(number));
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Mix(number ^ seed << 32));
    }

    // The finaliser of SplitMix64: a bijection, so distinct numbers give distinct IDs.
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
