using OrleansLb.Otlp.Compression.Deflate;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Otlp.Tests.Compression.Deflate;

public sealed unsafe class FixedSinkTests(ITestOutputHelper output)
{
    [Fact]
    public void Each_byte_among_others_has_the_code_of_the_table()
    {
        if (!FixedLiterals.IsVectorized)
            return;
        int seed = TestSeed.Choose(output.WriteLine);
        byte[] bytes = GzipMessages.Noise(16, new Random(seed));
        for (int place = 0; place < FixedLiterals.AtOnce; place++)
        {
            for (int value = 0; value < 256; value++)
            {
                bytes[place] = (byte)value;
                for (int count = 0; count <= FixedLiterals.AtOnce; count++)
                    AssertSame(bytes, count, $"seed {seed}, {value} at {place} of {count}");
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_added_is_written_as_the_same_tokens_are(bool byTable)
    {
        int seed = TestSeed.Choose(output.WriteLine);
        var random = new Random(seed);
        for (int round = 0; round < 300; round++)
        {
            byte[] literals = GzipMessages.Noise(200, random), expected = new byte[4000], written = new byte[4000];
            var writer = default(BitWriter);
            writer.Put(expected, 0, round % 8);
            var start = writer;
            var tokens = new List<uint>();
            fixed (byte* from = literals, to = written)
            {
                var sink = new FixedSink(start, to);
                for (int step = random.Next(20); step > 0; step--)
                {
                    int at = random.Next(100), count = random.Next(60), length = random.Next(DeflateToken.ShortestMatch, DeflateToken.LongestMatch + 1);
                    int distance = 1 + random.Next(1 << random.Next(16));
                    if (byTable)
                        sink.AddLiteralsByTable(from + at, count);
                    else
                        sink.AddLiterals(from + at, count);
                    sink.SetDistance(distance);
                    sink.AddMatch(length);
                    sink.AddMatch(DeflateToken.LongestMatch);
                    tokens.AddRange(literals.Skip(at).Take(count).Select(literal => (uint)literal));
                    tokens.AddRange([DeflateToken.Length(length), DeflateToken.Distance(distance), DeflateToken.Length(DeflateToken.LongestMatch), DeflateToken.Distance(distance)]);
                }

                writer.PutTokens(expected, [.. tokens], BlockCodes.FixedTable);
                var other = sink.WriterOf(to);
                Assert.Equal((writer.Written, writer.Pending, writer.PendingBits), (other.Written, other.Pending, other.PendingBits));
            }

            // what is behind the whole bytes is still to be written
            Assert.True(expected.AsSpan(0, writer.Written).SequenceEqual(written.AsSpan(0, writer.Written)), $"seed {seed}, round {round}");
        }
    }

    private static void AssertSame(byte[] bytes, int count, string what)
    {
        byte* vectors = stackalloc byte[64], table = stackalloc byte[64];
        fixed (byte* from = bytes)
        {
            var (one, other) = (new FixedSink(default, vectors), new FixedSink(default, table));
            one.AddLiterals(from, count);
            other.AddLiteralsByTable(from, count);
            var (first, second) = (one.WriterOf(vectors), other.WriterOf(table));
            Assert.True((first.Written, first.Pending, first.PendingBits) == (second.Written, second.Pending, second.PendingBits), what);
            Assert.True(new ReadOnlySpan<byte>(vectors, first.Written).SequenceEqual(new ReadOnlySpan<byte>(table, first.Written)), what);
        }
    }
}
