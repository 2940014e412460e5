using System.Numerics;

namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>
/// What the matcher hands to the block writer: a literal is one token, a match two, its length and its distance. The low 16 bits are an index that
/// both the counts and the table of codes are kept by, the bits above it are extra bits that follow the code.
/// </summary>
/// <remarks>Every length has an index of its own, so that the table of codes can hold a length's extra bits (RFC 1951 §3.2.5) as well.</remarks>
internal static class DeflateToken
{
    public const int ShortestMatch = 3;
    public const int LongestMatch = 258;
    public const int LargestDistance = 32768;

    public const int IndexBits = 16;
    public const uint IndexMask = ushort.MaxValue;

    /// <summary>Index of the shortest match's length; those of literals are below it.</summary>
    public const int FirstLength = 256;

    public const int EndOfBlock = FirstLength + LongestMatch - ShortestMatch + 1;
    public const int FirstDistance = EndOfBlock + 1;
    public const int Indexes = FirstDistance + DeflateFormat.DistanceSymbols;

    public static uint Length(int length) => (uint)(length + FirstLength - ShortestMatch);

    /// <summary>The token of a distance from 1 to <see cref="LargestDistance"/>.</summary>
    public static uint Distance(int distance)
    {
        uint from = (uint)distance - 1;
        if (from < 2)
            return FirstDistance + from;

        // two symbols for each power of two: the bit below the highest one tells which
        int extra = BitOperations.Log2(from) - 1;
        uint symbol = (uint)(2 * extra) + (from >> extra);
        return (FirstDistance + symbol) | ((from & ((1u << extra) - 1)) << IndexBits);
    }
}
