namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>Assigns the codes that belong to code lengths (RFC 1951 §3.2.2).</summary>
internal static class HuffmanCodes
{
    /// <summary>The codes of all symbols with a length, first bit lowest, as <see cref="BitWriter"/> sends them.</summary>
    public static void Assign(ReadOnlySpan<byte> lengths, Span<ushort> codes)
    {
        Span<uint> next = stackalloc uint[DeflateFormat.LongestCode + 2];
        next.Clear();
        foreach (byte length in lengths)
            next[length + 1]++;

        // next[n + 1] counts the codes of length n; it becomes the first code of length n + 1
        next[1] = 0;
        for (int length = 2; length < next.Length; length++)
            next[length] = (next[length] + next[length - 1]) << 1;
        for (int symbol = 0; symbol < lengths.Length; symbol++)
        {
            if (lengths[symbol] is var length and not 0)
                codes[symbol] = Reversed(next[length]++, length);
        }
    }

    private static ushort Reversed(uint code, int length)
    {
        code = ((code & 0x5555) << 1) | ((code >> 1) & 0x5555);
        code = ((code & 0x3333) << 2) | ((code >> 2) & 0x3333);
        code = ((code & 0x0F0F) << 4) | ((code >> 4) & 0x0F0F);
        code = ((code & 0x00FF) << 8) | (code >> 8);
        return (ushort)(code >> (16 - length));
    }
}
