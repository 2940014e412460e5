using OrleansLb.Otlp.Compression.Deflate;

namespace OrleansLb.Otlp.Tests.Compression.Deflate;

public sealed class DeflateTokenTests
{
    // RFC 1951 §3.2.5
    private static readonly int[] DistanceBase =
        [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];

    [Fact]
    public void Every_distance_has_the_symbol_and_the_extra_bits_of_the_specification()
    {
        for (int distance = 1; distance <= DeflateToken.LargestDistance; distance++)
        {
            int symbol = Array.FindLastIndex(DistanceBase, first => first <= distance);
            uint token = DeflateToken.Distance(distance);
            Assert.Equal(DeflateToken.FirstDistance + symbol, (int)(token & DeflateToken.IndexMask));
            Assert.Equal(distance - DistanceBase[symbol], (int)(token >> DeflateToken.IndexBits));
            Assert.InRange(distance - DistanceBase[symbol], 0, (1 << DeflateFormat.DistanceExtra[symbol]) - 1);
        }
    }

    [Fact]
    public void Every_length_has_a_symbol_whose_extra_bits_reach_it()
    {
        for (int length = DeflateToken.ShortestMatch; length <= DeflateToken.LongestMatch; length++)
        {
            int number = DeflateFormat.LengthSymbol[length - DeflateToken.ShortestMatch];
            Assert.InRange(length - DeflateFormat.LengthBase[number], 0, (1 << DeflateFormat.LengthExtra[number]) - 1);
            Assert.InRange((int)DeflateToken.Length(length), DeflateToken.FirstLength, DeflateToken.EndOfBlock - 1);
        }

        Assert.Equal(28, DeflateFormat.LengthSymbol[DeflateToken.LongestMatch - DeflateToken.ShortestMatch]);
        Assert.Equal(27, DeflateFormat.LengthSymbol[DeflateToken.LongestMatch - 1 - DeflateToken.ShortestMatch]);
    }
}
