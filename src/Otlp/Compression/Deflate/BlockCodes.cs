namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>The codes of one block: what its tokens would take with the best codes of their own and with the fixed ones, and the tables to write them with.</summary>
internal sealed class BlockCodes
{
    private static readonly ulong[] Fixed = BuildFixed();

    private readonly HuffmanLengths _huffman = new();
    private readonly CodeLengthHeader _header;
    private readonly int[] _literalCounts = new int[DeflateFormat.LiteralSymbols];
    private readonly byte[] _literalLengths = new byte[DeflateFormat.LiteralSymbols];
    private readonly byte[] _distanceLengths = new byte[DeflateFormat.DistanceSymbols];
    private readonly ulong[] _table = new ulong[DeflateToken.Indexes];

    public BlockCodes() => _header = new CodeLengthHeader(_huffman);

    /// <summary>The table of the codes that RFC 1951 §3.2.6 fixes.</summary>
    public static ReadOnlySpan<ulong> FixedTable => Fixed;

    /// <summary>What the header of the block with its own codes says.</summary>
    public CodeLengthHeader Header => _header;

    /// <summary>Bits of the block with codes of its own, without the first three.</summary>
    public long DynamicBits { get; private set; }

    /// <summary>Bits of the block with the fixed codes, without the first three.</summary>
    public long FixedBits { get; private set; }

    /// <summary>Computes the codes for a block.</summary>
    /// <param name="counts">How often each index of <see cref="DeflateToken"/> occurs in it.</param>
    public void Prepare(ReadOnlySpan<int> counts)
    {
        var literals = _literalCounts.AsSpan();
        counts[..DeflateToken.FirstLength].CopyTo(literals);
        literals[DeflateFormat.EndOfBlock] = counts[DeflateToken.EndOfBlock];
        literals[DeflateFormat.FirstLengthSymbol..].Clear();
        var lengths = counts[DeflateToken.FirstLength..DeflateToken.EndOfBlock];
        for (int length = 0; length < lengths.Length; length++)
            literals[DeflateFormat.FirstLengthSymbol + DeflateFormat.LengthSymbol[length]] += lengths[length];

        var distances = counts[DeflateToken.FirstDistance..DeflateToken.Indexes];
        _huffman.Build(literals, _literalLengths, DeflateFormat.LongestCode);
        _huffman.Build(distances, _distanceLengths, DeflateFormat.LongestCode);
        _header.Prepare(_literalLengths, _distanceLengths);
        DynamicBits = _header.Bits;
        FixedBits = 0;
        for (int symbol = 0; symbol < literals.Length; symbol++)
        {
            long extra = symbol < DeflateFormat.FirstLengthSymbol ? 0 : DeflateFormat.LengthExtra[symbol - DeflateFormat.FirstLengthSymbol];
            DynamicBits += literals[symbol] * (_literalLengths[symbol] + extra);
            FixedBits += literals[symbol] * (DeflateFormat.FixedLiteralLength(symbol) + extra);
        }

        for (int symbol = 0; symbol < distances.Length; symbol++)
        {
            long extra = DeflateFormat.DistanceExtra[symbol];
            DynamicBits += distances[symbol] * (_distanceLengths[symbol] + extra);
            FixedBits += distances[symbol] * (DeflateFormat.FixedDistanceLength + extra);
        }
    }

    /// <summary>The table of the block's own codes.</summary>
    public ReadOnlySpan<ulong> DynamicTable()
    {
        Fill(_literalLengths, _distanceLengths, _table);
        return _table;
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
