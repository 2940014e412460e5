using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>The codes that blocks are written with: the fixed ones, and those made for the blocks of a message from a sample of their tokens.</summary>
internal sealed class BlockCodes
{
    private const int SmallestSample = 4000;
    private const int SampledRun = 16;

    // against the one that every symbol gets
    private const int SampleWeight = 4;

    private static readonly ulong[] Fixed = BuildFixed();

    private readonly HuffmanLengths _huffman = new();
    private readonly CodeLengthHeader _header;
    private readonly int[] _literalCounts = new int[DeflateFormat.LiteralSymbols];
    private readonly int[] _distanceCounts = new int[DeflateFormat.DistanceSymbols];
    private readonly int[] _counts = new int[2 * DeflateToken.Indexes];
    private readonly byte[] _literalLengths = new byte[DeflateFormat.LiteralSymbols];
    private readonly byte[] _distanceLengths = new byte[DeflateFormat.DistanceSymbols];
    private readonly ulong[] _table = new ulong[DeflateToken.Indexes];
    private double _bitsPerToken;

    public BlockCodes() => _header = new CodeLengthHeader(_huffman);

    /// <summary>The table of the codes that RFC 1951 §3.2.6 fixes.</summary>
    public static ReadOnlySpan<ulong> FixedTable => Fixed;

    /// <summary>One of them, by the index of a token.</summary>
    public static ulong FixedCode(uint index) => Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Fixed), index);

    /// <summary>What a block with the prepared codes begins with.</summary>
    public CodeLengthHeader Header => _header;

    /// <summary>The table of the prepared codes.</summary>
    public ReadOnlySpan<ulong> Table => _table;

    /// <summary>The next block gets codes of its own.</summary>
    public void Forget() => _bitsPerToken = 0;

    /// <summary>Finds codes for a block, unless those of the block before it still do.</summary>
    public void Prepare(ReadOnlySpan<uint> tokens)
    {
        if (_bitsPerToken > 0)
            return;

        // every symbol gets a code, for a token that is not in the sample, or in a later block, needs one as well
        Count(tokens);
        var counts = _counts.AsSpan(0, DeflateToken.Indexes);
        var literals = _literalCounts.AsSpan();
        for (int literal = 0; literal < DeflateToken.FirstLength; literal++)
            literals[literal] = (counts[literal] * SampleWeight) + 1;
        literals[DeflateFormat.EndOfBlock..].Fill(1);
        var lengths = counts[DeflateToken.FirstLength..DeflateToken.EndOfBlock];
        for (int length = 0; length < lengths.Length; length++)
            literals[DeflateFormat.FirstLengthSymbol + DeflateFormat.LengthSymbol[length]] += lengths[length] * SampleWeight;
        for (int symbol = 0; symbol < DeflateFormat.DistanceSymbols; symbol++)
            _distanceCounts[symbol] = (counts[DeflateToken.FirstDistance + symbol] * SampleWeight) + 1;

        Scale(literals);
        _huffman.Build(literals, _literalLengths, DeflateFormat.LongestCode);
        _huffman.Build(_distanceCounts, _distanceLengths, DeflateFormat.LongestCode);
        _header.Prepare(_literalLengths, _distanceLengths);
        Fill(_literalLengths, _distanceLengths, _table);
    }

    /// <summary>About how many bits a block with the prepared codes takes.</summary>
    public long ExpectedBits(int tokens)
    {
        long bits = 0, sampled = 0;
        for (int index = 0; index < DeflateToken.Indexes; index++)
        {
            sampled += _counts[index];
            bits += (long)_counts[index] * TokenCode.Count(_table[index]);
        }

        return _header.Bits + (bits * tokens / sampled);
    }

    /// <summary>Learns what became of a block. When the codes do a tenth worse than for the block that they were made for, they are forgotten.</summary>
    public void Judge(int tokens, long bits)
    {
        double bitsPerToken = (double)bits / tokens;
        if (_bitsPerToken == 0)
            _bitsPerToken = bitsPerToken;
        else if (bitsPerToken > 1.1 * _bitsPerToken)
            Forget();
    }

    // Below 2^8 the counts are sorted in one go, and more exact than that a sample is not.
    private static void Scale(Span<int> counts)
    {
        int highest = 0;
        foreach (int count in counts)
            highest = Math.Max(highest, count);
        int factor = (255 << 16) / highest;
        foreach (ref int count in counts)
            count = Math.Max(1, (int)(((long)count * factor) >> 16));
    }

    // A quarter of the tokens of a full block, in runs. Neighbours are counted apart, since an increment has to wait for the one before it at the same place.
    private void Count(ReadOnlySpan<uint> tokens)
    {
        Span<int> even = _counts.AsSpan(0, DeflateToken.Indexes), odd = _counts.AsSpan(DeflateToken.Indexes);
        _counts.AsSpan().Clear();
        int step = SampledRun * Math.Max(1, tokens.Length / SmallestSample);
        for (int start = 0; start + SampledRun <= tokens.Length; start += step)
        {
            var run = tokens.Slice(start, SampledRun);
            for (int at = 0; at + 1 < run.Length; at += 2)
            {
                even[(int)(run[at] & DeflateToken.IndexMask)]++;
                odd[(int)(run[at + 1] & DeflateToken.IndexMask)]++;
            }
        }

        for (int index = 0; index < even.Length; index++)
            even[index] += odd[index];
    }

    private static ulong[] BuildFixed()
    {
        // two more than are used, but they take part in the assignment
        byte[] literals = new byte[DeflateFormat.LiteralSymbols + 2];
        for (int symbol = 0; symbol < literals.Length; symbol++)
            literals[symbol] = DeflateFormat.FixedLiteralLength(symbol);
        byte[] distances = new byte[DeflateFormat.DistanceSymbols];
        distances.AsSpan().Fill(DeflateFormat.FixedDistanceLength);

        ulong[] table = new ulong[DeflateToken.Indexes];
        Fill(literals, distances, table);
        return table;
    }

    private static void Fill(ReadOnlySpan<byte> literalLengths, ReadOnlySpan<byte> distanceLengths, Span<ulong> table)
    {
        Span<ushort> codes = stackalloc ushort[literalLengths.Length];
        HuffmanCodes.Assign(literalLengths, codes);
        for (int literal = 0; literal < DeflateToken.FirstLength; literal++)
            table[literal] = TokenCode.Of(codes[literal], literalLengths[literal], 0);
        table[DeflateToken.EndOfBlock] = TokenCode.Of(codes[DeflateFormat.EndOfBlock], literalLengths[DeflateFormat.EndOfBlock], 0);

        for (int length = DeflateToken.ShortestMatch; length <= DeflateToken.LongestMatch; length++)
        {
            int number = DeflateFormat.LengthSymbol[length - DeflateToken.ShortestMatch], symbol = DeflateFormat.FirstLengthSymbol + number;
            uint extra = (uint)(length - DeflateFormat.LengthBase[number]);
            table[(int)DeflateToken.Length(length)] = TokenCode.Of(codes[symbol], literalLengths[symbol], extra, DeflateFormat.LengthExtra[number]);
        }

        HuffmanCodes.Assign(distanceLengths, codes);
        for (int symbol = 0; symbol < distanceLengths.Length; symbol++)
            table[DeflateToken.FirstDistance + symbol] = TokenCode.Of(codes[symbol], distanceLengths[symbol], DeflateFormat.DistanceExtra[symbol]);
    }
}
