using OrleansLb.Otlp.Compression.Deflate;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Otlp.Tests.Compression;

public sealed class BitWriterTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(15)]
    public void Tokens_written_at_once_are_the_bits_of_each_in_turn(int longestCode)
    {
        int seed = TestSeed.Choose(output.WriteLine);
        var random = new Random(seed);
        for (int round = 0; round < 200; round++)
        {
            ulong[] codes = Codes(longestCode, random);
            uint[] tokens = Tokens(random.Next(40), random);
            byte[] atOnce = new byte[1000], inTurn = new byte[1000];
            var one = default(BitWriter);
            var other = default(BitWriter);
            int shift = random.Next(8);
            one.Put(atOnce, 0, shift);
            other.Put(inTurn, 0, shift);

            one.PutTokens(atOnce, tokens, codes);
            foreach (uint token in tokens)
            {
                ulong code = codes[token & DeflateToken.IndexMask];
                other.Put(inTurn, TokenCode.Bits(code, token), TokenCode.Count(code));
            }

            one.Align(atOnce);
            other.Align(inTurn);
            Assert.True(one.Written == other.Written, $"seed {seed}, round {round}: {one.Written} bytes for {other.Written}");
            Assert.True(atOnce.AsSpan(0, one.Written).SequenceEqual(inTurn.AsSpan(0, one.Written)), $"seed {seed}, round {round}");
        }
    }

    // every code of any length up to the longest, with as many extra bits as there may be
    private static ulong[] Codes(int longest, Random random)
    {
        ulong[] codes = new ulong[DeflateToken.Indexes];
        for (int index = 0; index < codes.Length; index++)
        {
            int length = random.Next(1, longest + 1);
            uint code = (uint)random.Next(1 << length);
            if (index >= DeflateToken.FirstDistance)
                codes[index] = TokenCode.Of(code, length, DeflateFormat.DistanceExtra[index - DeflateToken.FirstDistance]);
            else if (index is >= DeflateToken.FirstLength and < DeflateToken.EndOfBlock)
                codes[index] = TokenCode.Of(code, length, (uint)random.Next(32), 5);
            else
                codes[index] = TokenCode.Of(code, length, 0);
        }

        return codes;
    }

    // mostly matches, which take the most bits
    private static uint[] Tokens(int count, Random random)
    {
        var tokens = new List<uint>();
        for (int i = 0; i < count; i++)
        {
            if (random.Next(4) == 0)
                tokens.Add((uint)random.Next(256));
            else
                tokens.AddRange([DeflateToken.Length(random.Next(DeflateToken.ShortestMatch, DeflateToken.LongestMatch + 1)), DeflateToken.Distance(random.Next(1, DeflateToken.LargestDistance + 1))]);
        }

        return [.. tokens];
    }
}
