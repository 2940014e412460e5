using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>Packs bits into bytes from the least significant on (RFC 1951 §3.1.1).</summary>
/// <remarks>Whoever writes has made sure of the room: <see cref="Slack"/> bytes more than the bits take.</remarks>
internal struct BitWriter
{
    /// <summary>How far beyond the last bit a write may reach.</summary>
    public const int Slack = 8;

    /// <summary>Most bits that may be put between two flushes: a flush leaves less than a byte.</summary>
    public const int MostBits = 56;

    private ulong _bits;
    private int _count;

    /// <summary>Goes on from somewhere.</summary>
    public BitWriter(int written, ulong pendingBits, int pending) => (Written, _bits, _count) = (written, pendingBits, pending);

    /// <summary>Whole bytes that were written.</summary>
    public int Written { get; private set; }

    /// <summary>The bits behind the whole bytes.</summary>
    public readonly ulong PendingBits => _bits;

    /// <summary>How many they are, fewer than eight.</summary>
    public readonly int Pending => _count;

    /// <summary>Appends the low <paramref name="count"/> bits, at most 48 of them; the others must be zero.</summary>
    public void Put(Span<byte> output, ulong bits, int count)
    {
        _bits |= bits << _count;
        _count += count;
        BinaryPrimitives.WriteUInt64LittleEndian(output[Written..], _bits);
        Written += _count >> 3;
        _bits >>= _count & ~7;
        _count &= 7;
    }

    /// <summary>Fills the last byte up with zeros.</summary>
    public void Align(Span<byte> output) => Put(output, 0, -_count & 7);

    /// <summary>Appends whole bytes; the writer must be at the border of one.</summary>
    public void Append(Span<byte> output, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(output[Written..]);
        Written += bytes.Length;
    }

    /// <summary>Appends the codes of tokens, four at a time where they fit: a length and a distance with their extra bits take 48 bits at most, but seldom do.</summary>
    public unsafe void PutTokens(Span<byte> output, ReadOnlySpan<uint> tokens, ReadOnlySpan<ulong> codes)
    {
        fixed (byte* start = output)
        fixed (uint* first = tokens)
        fixed (ulong* code = codes)
        {
            byte* to = start + Written;
            ulong bits = _bits;
            int count = _count;
            uint* token = first;
            uint* fours = first + (tokens.Length & ~3);
            for (; token < fours; token += 4)
            {
                ulong a = code[token[0] & DeflateToken.IndexMask], b = code[token[1] & DeflateToken.IndexMask];
                ulong c = code[token[2] & DeflateToken.IndexMask], d = code[token[3] & DeflateToken.IndexMask];
                ulong firstPair = TokenCode.Bits(a, token[0]) | (TokenCode.Bits(b, token[1]) << TokenCode.Count(a));
                ulong secondPair = TokenCode.Bits(c, token[2]) | (TokenCode.Bits(d, token[3]) << TokenCode.Count(c));
                int firstCount = TokenCode.Count(a) + TokenCode.Count(b), secondCount = TokenCode.Count(c) + TokenCode.Count(d);
                bits |= firstPair << count;
                if (firstCount + secondCount > MostBits)
                {
                    count += firstCount;
                    Store(to, bits);
                    to += count >> 3;
                    bits >>= count & ~7;
                    count &= 7;
                    firstCount = 0;
                }

                count += firstCount;
                bits |= secondPair << count;
                count += secondCount;
                Store(to, bits);
                to += count >> 3;
                bits >>= count & ~7;
                count &= 7;
            }

            (_bits, _count, Written) = (bits, count, (int)(to - start));
            for (; token < first + tokens.Length; token++)
            {
                ulong last = code[*token & DeflateToken.IndexMask];
                Put(output, TokenCode.Bits(last, *token), TokenCode.Count(last));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store(byte* to, ulong bits) =>
        Unsafe.WriteUnaligned(to, BitConverter.IsLittleEndian ? bits : BinaryPrimitives.ReverseEndianness(bits));
}
