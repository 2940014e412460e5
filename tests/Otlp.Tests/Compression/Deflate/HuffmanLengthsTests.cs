using OrleansLb.Otlp.Compression.Deflate;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Otlp.Tests.Compression.Deflate;

public sealed class HuffmanLengthsTests(ITestOutputHelper output)
{
    private readonly HuffmanLengths _huffman = new();

    [Fact]
    public void Codes_of_random_counts_are_complete_within_their_limit_and_shorter_for_what_is_frequent()
    {
        int seed = TestSeed.Choose(output.WriteLine);
        for (int i = 0; i < 2000; i++)
        {
            var random = new Random(unchecked(seed + i));
            int[] counts = new int[random.Next(2, 287)];
            int spread = random.Next(1, 23), gaps = random.Next(4);
            foreach (ref int count in counts.AsSpan())
                count = random.Next(4) < gaps ? 0 : random.Next(1 << random.Next(1, spread + 1));
            AssertCode(counts, 15, $"seed {unchecked(seed + i)}");
            AssertCode(counts.AsSpan(0, Math.Min(19, counts.Length)).ToArray(), 7, $"seed {unchecked(seed + i)}");
        }
    }

    [Theory]
    [InlineData(7)]
    [InlineData(15)]
    public void Fibonacci_counts_whose_code_would_be_longest_are_cut(int limit)
    {
        for (int symbols = 2; symbols <= 30; symbols++)
        {
            int[] counts = new int[symbols];
            for (int i = 0; i < symbols; i++)
                counts[i] = i < 2 ? 1 : counts[i - 1] + counts[i - 2];
            AssertCode(counts, limit, $"{symbols} symbols");
            Array.Reverse(counts);
            AssertCode(counts, limit, $"{symbols} symbols, backwards");
        }
    }

    [Fact]
    public void Without_a_limit_in_the_way_the_code_is_optimal()
    {
        int seed = TestSeed.Choose(output.WriteLine);
        for (int i = 0; i < 300; i++)
        {
            var random = new Random(unchecked(seed + i));
            int[] counts = [.. Enumerable.Range(0, random.Next(2, 287)).Select(_ => random.Next(500, 4000))];
            byte[] lengths = Lengths(counts, 15);
            long bits = 0;
            for (int symbol = 0; symbol < counts.Length; symbol++)
                bits += (long)counts[symbol] * lengths[symbol];
            Assert.Equal(OptimalBits(counts), bits);
        }
    }

    [Fact]
    public void Fewer_than_two_symbols_give_a_complete_code_too()
    {
        AssertCode(new int[30], 15, "none");
        for (int only = 0; only < 30; only++)
        {
            int[] counts = new int[30];
            counts[only] = 7;
            AssertCode(counts, 15, $"only {only}");
        }
    }

    [Fact]
    public void Codes_are_those_of_the_example_in_the_specification()
    {
        // RFC 1951 §3.2.2: A to H
        byte[] lengths = [3, 3, 3, 3, 3, 2, 4, 4];
        ushort[] codes = new ushort[8];
        HuffmanCodes.Assign(lengths, codes);
        string[] expected = ["010", "011", "100", "101", "110", "00", "1110", "1111"];
        for (int symbol = 0; symbol < 8; symbol++)
        {
            string firstBitFirst = string.Concat(Enumerable.Range(0, lengths[symbol]).Select(bit => (codes[symbol] >> bit) & 1));
            Assert.Equal(expected[symbol], firstBitFirst);
        }
    }

    private void AssertCode(int[] counts, int limit, string what)
    {
        byte[] lengths = Lengths(counts, limit);
        int sum = 0;
        for (int symbol = 0; symbol < counts.Length; symbol++)
        {
            Assert.True(lengths[symbol] <= limit, $"{what}: a code of {lengths[symbol]} bits");
            Assert.True(counts[symbol] == 0 || lengths[symbol] > 0, $"{what}: no code for symbol {symbol}");
            sum += lengths[symbol] == 0 ? 0 : 1 << (limit - lengths[symbol]);
        }

        Assert.True(sum == 1 << limit, $"{what}: not complete");
        for (int a = 0; a < counts.Length; a++)
        {
            for (int b = 0; b < counts.Length; b += 7)
                Assert.True(counts[a] <= counts[b] || counts[b] == 0 || lengths[a] <= lengths[b], $"{what}: {a} is more frequent than {b}, but longer");
        }
    }

    private byte[] Lengths(int[] counts, int limit)
    {
        byte[] lengths = new byte[counts.Length];
        _huffman.Build(counts, lengths, limit);
        return lengths;
    }

    // the sum of the weights of all inner nodes
    private static long OptimalBits(int[] counts)
    {
        var nodes = new PriorityQueue<long, long>(counts.Select(count => ((long)count, (long)count)));
        long bits = 0;
        while (nodes.Count > 1)
        {
            long joined = nodes.Dequeue() + nodes.Dequeue();
            bits += joined;
            nodes.Enqueue(joined, joined);
        }

        return bits;
    }
}
