namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>The numbers of RFC 1951.</summary>
internal static class DeflateFormat
{
    /// <summary>Longest code of a literal, a length or a distance, §3.2.7.</summary>
    public const int LongestCode = 15;

    /// <summary>Longest code of a code length, §3.2.7.</summary>
    public const int LongestLengthCode = 7;

    public const int EndOfBlock = 256;
    public const int FirstLengthSymbol = 257;
    public const int LiteralSymbols = 286;
    public const int DistanceSymbols = 30;
    public const int CodeLengthSymbols = 19;

    /// <summary>Length of every fixed distance code, §3.2.6.</summary>
    public const int FixedDistanceLength = 5;

    /// <summary>Content of the largest stored block, §3.2.4.</summary>
    public const int LargestStored = ushort.MaxValue;

    private static readonly byte[] LengthSymbols = BuildLengthSymbols();

    /// <summary>Least length of each length symbol from 257 on, §3.2.5.</summary>
    public static ReadOnlySpan<ushort> LengthBase =>
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];

    /// <summary>Extra bits of each length symbol from 257 on, §3.2.5.</summary>
    public static ReadOnlySpan<byte> LengthExtra =>
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    /// <summary>Extra bits of each distance symbol, §3.2.5.</summary>
    public static ReadOnlySpan<byte> DistanceExtra =>
        [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];

    /// <summary>The order in which the lengths of the code-length code are sent, §3.2.7.</summary>
    public static ReadOnlySpan<byte> CodeLengthOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>The length symbol, less 257, of each length, less 3.</summary>
    public static ReadOnlySpan<byte> LengthSymbol => LengthSymbols;

    /// <summary>Length of the fixed code of a literal or length symbol, §3.2.6.</summary>
    public static byte FixedLiteralLength(int symbol) => symbol switch
    {
        < 144 => 8,
        < 256 => 9,
        < 280 => 7,
        _ => 8,
    };

    private static byte[] BuildLengthSymbols()
    {
        byte[] symbols = new byte[DeflateToken.LongestMatch - DeflateToken.ShortestMatch + 1];
        for (int symbol = 0; symbol < LengthBase.Length; symbol++)
        {
            // the last symbol takes length 258 from the one before it
            for (int length = LengthBase[symbol]; length < LengthBase[symbol] + (1 << LengthExtra[symbol]); length++)
                symbols[Math.Min(length, DeflateToken.LongestMatch) - DeflateToken.ShortestMatch] = (byte)symbol;
        }

        return symbols;
    }
}
