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

    /// <summary>Whole bytes that were written.</summary>
    public int Written { get; private set; }

    /// <summary>Bits behind the whole bytes, fewer than eight.</summary>
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

    /// <summary>Appends the codes of tokens, two at a time: a length and a distance with their extra bits take 48 at most.</summary>
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
            uint* pairs = first + (tokens.Length & ~1);
            for (; token < pairs; token += 2)
            {
                ulong one = code[token[0] & DeflateToken.IndexMask], two = code[token[1] & DeflateToken.IndexMask];
                ulong firstBits = TokenCode.Bits(one, token[0]), secondBits = TokenCode.Bits(two, token[1]);
                int firstCount = TokenCode.Count(one);
                bits |= (firstBits | (secondBits << firstCount)) << count;
                count += firstCount + TokenCode.Count(two);
                Unsafe.WriteUnaligned(to, BitConverter.IsLittleEndian ? bits : BinaryPrimitives.ReverseEndianness(bits));
                to += count >> 3;
                bits >>= count & ~7;
                count &= 7;
            }

            (_bits, _count, Written) = (bits, count, (int)(to - start));
            if (token < first + tokens.Length)
            {
                ulong last = code[*token & DeflateToken.IndexMask];
                Put(output, TokenCode.Bits(last, *token), TokenCode.Count(last));
            }
        }
    }
}
