using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>Writes matches and literals with the fixed codes as they are found. They need not be kept, and most of the writing is done while the search waits for memory.</summary>
internal unsafe struct FixedSink : ITokenSink
{
    /// <summary>Room for bytes that is needed behind the limit: a literal takes 9 bits at most, a match 31.</summary>
    public const int Slack = (MatchFinder.MostLiterals * 9 / 8) + (4 * MatchFinder.MostMatches) + BitWriter.Slack;

    // four fields: the compiler keeps no more of a struct in registers
    private byte* _to;
    private ulong _bits;
    private ulong _count;
    private ulong _distance;

    /// <summary>Goes on where <paramref name="writer"/> is in the output.</summary>
    public FixedSink(in BitWriter writer, byte* output)
    {
        _to = output + writer.Written;
        (_bits, _count) = (writer.PendingBits, (ulong)writer.Pending);
    }

    /// <summary>The writer behind what was added.</summary>
    public readonly BitWriter WriterOf(byte* output) => new((int)(_to - output), _bits, (int)_count);

    public readonly bool HasReached(void* limit) => _to >= limit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddLiterals(byte* from, nint count)
    {
        if (!FixedLiterals.IsVectorized)
        {
            AddLiteralsByTable(from, count);
            return;
        }

        do
        {
            var (codes, counts) = FixedLiterals.Of(from, count < FixedLiterals.AtOnce ? count : FixedLiterals.AtOnce);
            Put(codes[0], counts[0]);
            Put(codes[1], counts[1]);
            from += FixedLiterals.AtOnce;
            count -= FixedLiterals.AtOnce;
        }
        while (count > 0);
    }

    /// <summary>One literal after the other, as any processor can.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddLiteralsByTable(byte* from, nint count)
    {
        for (byte* behind = from + count; from < behind; from++)
        {
            ulong code = BlockCodes.FixedCode(*from);
            Put(code >> TokenCode.BitsShift, (uint)TokenCode.Count(code));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetDistance(int distance)
    {
        uint token = DeflateToken.Distance(distance);
        ulong code = BlockCodes.FixedCode(token & DeflateToken.IndexMask);
        _distance = TokenCode.Bits(code, token) | ((ulong)TokenCode.Count(code) << 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddMatch(int length)
    {
        ulong code = BlockCodes.FixedCode(DeflateToken.Length(length));
        int count = TokenCode.Count(code);
        Put((code >> TokenCode.BitsShift) | ((_distance & uint.MaxValue) << count), (uint)count + (_distance >> 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(ulong bits, ulong count)
    {
        bits = _bits | (bits << (int)_count);
        count += _count;
        Unsafe.WriteUnaligned(_to, BitConverter.IsLittleEndian ? bits : BinaryPrimitives.ReverseEndianness(bits));
        _to += count >> 3;
        _bits = bits >> (int)(count & 56);
        _count = count & 7;
    }
}
