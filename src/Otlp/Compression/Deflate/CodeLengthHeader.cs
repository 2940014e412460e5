namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>The header of a dynamic block: the code lengths of its two codes, run-length coded, and the code for those (RFC 1951 §3.2.7).</summary>
internal sealed class CodeLengthHeader
{
    /// <summary>No header is longer: every length sent by a code of seven bits.</summary>
    public const int MostBytes = ((DeflateFormat.LiteralSymbols + DeflateFormat.DistanceSymbols) * DeflateFormat.LongestLengthCode / 8) + 16;

    private const int RepeatPrevious = 16;
    private const int RepeatZero = 17;
    private const int RepeatZeroLong = 18;
    private const int ExtraShift = 5;

    private readonly HuffmanLengths _huffman;
    private readonly byte[] _all = new byte[DeflateFormat.LiteralSymbols + DeflateFormat.DistanceSymbols];

    // symbol and, above it, its extra bits
    private readonly ushort[] _runs = new ushort[DeflateFormat.LiteralSymbols + DeflateFormat.DistanceSymbols];
    private readonly int[] _counts = new int[DeflateFormat.CodeLengthSymbols];
    private readonly byte[] _lengths = new byte[DeflateFormat.CodeLengthSymbols];
    private readonly ushort[] _codes = new ushort[DeflateFormat.CodeLengthSymbols];
    private int _runCount;
    private int _literals;
    private int _distances;
    private int _sent;

    public CodeLengthHeader(HuffmanLengths huffman) => _huffman = huffman;

    /// <summary>Bits of the header, without the three that every block begins with.</summary>
    public int Bits { get; private set; }

    /// <summary>Takes the lengths of both codes.</summary>
    public void Prepare(ReadOnlySpan<byte> literalLengths, ReadOnlySpan<byte> distanceLengths)
    {
        _literals = Math.Max(DeflateFormat.FirstLengthSymbol, literalLengths.LastIndexOfAnyExcept((byte)0) + 1);
        _distances = Math.Max(1, distanceLengths.LastIndexOfAnyExcept((byte)0) + 1);
        literalLengths[.._literals].CopyTo(_all);
        distanceLengths[.._distances].CopyTo(_all.AsSpan(_literals));

        // a run may go on from one code into the other
        FindRuns(_all.AsSpan(0, _literals + _distances));
        _huffman.Build(_counts, _lengths, DeflateFormat.LongestLengthCode);
        HuffmanCodes.Assign(_lengths, _codes);

        _sent = DeflateFormat.CodeLengthSymbols;
        while (_sent > 4 && _lengths[DeflateFormat.CodeLengthOrder[_sent - 1]] == 0)
            _sent--;
        Bits = 5 + 5 + 4 + (3 * _sent);
        for (int symbol = 0; symbol < _counts.Length; symbol++)
            Bits += _counts[symbol] * (_lengths[symbol] + ExtraBits(symbol));
    }

    /// <summary>Writes what was prepared.</summary>
    public void Write(ref BitWriter writer, Span<byte> output)
    {
        writer.Put(output, (uint)(_literals - 257) | ((uint)(_distances - 1) << 5) | ((uint)(_sent - 4) << 10), 5 + 5 + 4);
        foreach (byte symbol in DeflateFormat.CodeLengthOrder[.._sent])
            writer.Put(output, _lengths[symbol], 3);
        foreach (ushort run in _runs.AsSpan(0, _runCount))
        {
            int symbol = run & ((1 << ExtraShift) - 1), length = _lengths[symbol];
            writer.Put(output, _codes[symbol] | ((uint)(run >> ExtraShift) << length), length + ExtraBits(symbol));
        }
    }

    private static int ExtraBits(int symbol) => symbol switch
    {
        RepeatPrevious => 2,
        RepeatZero => 3,
        RepeatZeroLong => 7,
        _ => 0,
    };

    private void FindRuns(ReadOnlySpan<byte> lengths)
    {
        _runCount = 0;
        _counts.AsSpan().Clear();
        for (int at = 0; at < lengths.Length;)
        {
            byte length = lengths[at];
            int first = at++;
            while (at < lengths.Length && lengths[at] == length)
                at++;
            int run = at - first;
            if (length != 0)
            {
                Add(length, 0);
                run--;
            }

            if (run >= 3)
                run = length == 0 ? AddZeros(run) : AddRepeats(run);
            for (; run > 0; run--)
                Add(length, 0);
        }
    }

    private int AddZeros(int run)
    {
        for (; run >= 11; run -= Math.Min(run, 138))
            Add(RepeatZeroLong, Math.Min(run, 138) - 11);
        if (run < 3)
            return run;
        Add(RepeatZero, run - 3);
        return 0;
    }

    private int AddRepeats(int run)
    {
        for (; run >= 3; run -= Math.Min(run, 6))
            Add(RepeatPrevious, Math.Min(run, 6) - 3);
        return run;
    }

    private void Add(int symbol, int extra)
    {
        _counts[symbol]++;
        _runs[_runCount++] = (ushort)(symbol | (extra << ExtraShift));
    }
}
