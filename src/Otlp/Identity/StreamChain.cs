using System.Runtime.CompilerServices;

namespace OrleansLb.Otlp.Identity;

/// <summary>
/// The Collector's identities of resource, scope, metric and stream: one FNV-1a 64 that goes on from each to the next, so that
/// what is outside is hashed once for all that is inside.
/// </summary>
internal readonly struct StreamChain
{
    private const ulong Prime = 0x100000001B3;

    private StreamChain(ulong hash) => Hash = hash;

    /// <summary>The chain before its first link.</summary>
    public static StreamChain Start => new(0xCBF29CE484222325);

    /// <summary>The identity so far.</summary>
    public ulong Hash { get; }

    private static ReadOnlySpan<byte> ResourcePrefix => "resource/"u8;

    private static ReadOnlySpan<byte> StreamPrefix => "stream/"u8;

    public StreamChain Add(ReadOnlySpan<byte> bytes)
    {
        ulong hash = Hash;
        foreach (byte b in bytes)
            hash = Next(hash, b);
        return new StreamChain(hash);
    }

    public StreamChain Add(byte value) => new(Next(Hash, value));

    public StreamChain Add(AttributeHash attributes) => new(Next(Next(Hash, attributes.First), attributes.Second));

    /// <summary>The identifier of a resource, whose attributes the chain has.</summary>
    public ReadOnlySpan<byte> ResourceText(IdentifierBuffer buffer) => buffer.Clear().Append(ResourcePrefix).AppendHexNumber(Hash).Written;

    /// <summary>The identifier of a stream, whose resource, scope, metric and attributes the chain has.</summary>
    public ReadOnlySpan<byte> StreamText(IdentifierBuffer buffer) => buffer.Clear().Append(StreamPrefix).AppendHexNumber(Hash).Written;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Next(ulong hash, byte value) => (hash ^ value) * Prime;

    private static ulong Next(ulong hash, ulong littleEndian)
    {
        for (int shift = 0; shift < 64; shift += 8)
            hash = Next(hash, (byte)(littleEndian >> shift));
        return hash;
    }
}
