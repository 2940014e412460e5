using System.Buffers.Binary;
using System.IO.Compression;
using OrleansLb.Otlp.Compression;
using OrleansLb.Otlp.Compression.Deflate;
using OrleansLb.Otlp.Memory;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Otlp.Tests.Compression;

public sealed class GzipEncoderTests(ITestOutputHelper output)
{
    public static TheoryData<int> Borders =>
        [4095, 4096, 4097, 16_383, 31_999, 32_000, 32_001, 32_767, 32_768, 32_769, 65_534, 65_535, 65_536, 65_537, 98_304, 131_070, 200_000];

    [Fact]
    public void Every_short_length_survives()
    {
        int seed = TestSeed.Choose(output.WriteLine);
        for (int length = 0; length <= 600; length++)
            AssertSurvives(length, seed);
    }

    [Theory]
    [MemberData(nameof(Borders))]
    public void Lengths_around_the_borders_of_blocks_and_windows_survive(int length) => AssertSurvives(length, TestSeed.Choose(output.WriteLine));

    [Fact]
    public void Some_megabytes_survive() => AssertSurvives(5_000_003, TestSeed.Choose(output.WriteLine));

    [Fact]
    public void Random_lengths_survive()
    {
        int seed = TestSeed.Choose(output.WriteLine);
        for (int i = 0; i < 60; i++)
            AssertSurvives(new Random(unchecked(seed + i)).Next(60_000), unchecked(seed + i));
    }

    [Fact]
    public void A_repetition_at_any_distance_around_the_largest_survives()
    {
        int seed = TestSeed.Choose(output.WriteLine);
        var random = new Random(seed);
        int[] lengths = [3, 4, 5, 63, 64, 65, 257, 258, 259, 260, 261, 262, 515, 516, 517, 16_383, 16_384, 16_385];
        foreach (int distance in new[] { 1, 2, 3, 4, 5, 7, 8, 31, 32, 33, 64, 258, 4096, 32_767, 32_768, 32_769, 40_000, 65_535, 65_536, 65_537 })
        {
            foreach (int length in lengths)
            {
                // what repeats, and something else before and behind it
                byte[] message = GzipMessages.Noise(100 + distance + length + 200, random);
                for (int i = 0; i < length; i++)
                    message[100 + distance + i] = message[100 + i];
                message[100 + distance + length] = (byte)~message[100 + length];
                AssertSurvives(message, $"distance {distance}, length {length}, seed {seed}");
            }
        }
    }

    [Fact]
    public void A_repetition_as_far_back_as_the_window_reaches_is_found()
    {
        var random = new Random(5);
        byte[] repeated = Letters(250);
        byte[] inside = [.. repeated, .. Letters(32_768 - 250), .. repeated, .. Letters(300)];
        byte[] outside = [.. repeated, .. Letters(32_768 - 249), .. repeated, .. Letters(299)];
        Assert.True(Encoded(inside).Length < inside.Length - 200);
        Assert.True(Encoded(outside).Length >= outside.Length);

        // noise that the fixed codes do not make longer
        byte[] Letters(int length)
        {
            byte[] letters = GzipMessages.Noise(length, random);
            foreach (ref byte letter in letters.AsSpan())
                letter &= 0x7F;
            return letters;
        }
    }

    [Fact]
    public void What_surrounds_a_message_in_memory_does_not_matter()
    {
        int seed = TestSeed.Choose(output.WriteLine);
        var random = new Random(seed);
        foreach (int length in new[] { 0, 1, 79, 80, 81, 300, 5000, 40_000 })
        {
            byte[] message = GzipMessages.Records(length, random), expected = Encoded(message);
            for (int i = 0; i < 4; i++)
            {
                byte[] around = [.. GzipMessages.Repeating(100, 1 + i, random), .. message, .. GzipMessages.Records(200, random)];
                Assert.Equal(expected, Encoded(around.AsSpan(100, length)));
            }
        }
    }

    [Fact]
    public void The_same_message_gives_the_same_bytes_whatever_came_before()
    {
        int seed = TestSeed.Choose(output.WriteLine);
        var random = new Random(seed);
        byte[] message = GzipMessages.Records(70_000, random);
        byte[] first = Encoded(message, new DeflateEncoder());
        var used = new DeflateEncoder();
        foreach (var (_, other) in GzipMessages.OfLength(90_000, random))
        {
            Encoded(other, used);
            Assert.Equal(first, Encoded(message, used));
        }
    }

    [Fact]
    public void Threads_do_not_disturb_one_another()
    {
        int seed = TestSeed.Choose(output.WriteLine);
        byte[][] messages = [.. Enumerable.Range(0, 8).Select(i => GzipMessages.Records(20_000 + (5000 * i), new Random(unchecked(seed + i))))];
        byte[][] expected = [.. messages.Select(message => Encoded(message, new DeflateEncoder()))];
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => Assert.Equal(expected[i % 8], Encoded(messages[i % 8])));
    }

    [Fact]
    public void Records_shrink_nearly_as_far_as_by_the_fastest_level_of_the_library()
    {
        byte[] message = GzipMessages.Records(100_000, new Random(3));
        using var library = new MemoryStream();
        using (var gzip = new GZipStream(library, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(message);
        Assert.InRange(Encoded(message).Length, library.Length / 2, library.Length * 5 / 4);
    }

    [Fact]
    public void Runs_cost_next_to_nothing() => Assert.InRange(Encoded(new byte[1 << 20]).Length, 20, 3000);

    [Fact]
    public void A_warm_encoder_allocates_no_more_than_the_payload()
    {
        var pool = new OneArrayPool();
        var encoder = new DeflateEncoder();
        byte[] message = GzipMessages.Records(300_000, new Random(4)), noise = GzipMessages.Noise(50_000, new Random(4));
        for (int i = 0; i < 3; i++)
            Run();

        long payloads = AllocatedBytes.LeastOf(() =>
        {
            pool.Rent(100).Seal(100).Release();
            pool.Rent(100).Seal(100).Release();
        });
        Assert.Equal(payloads, AllocatedBytes.LeastOf(Run));

        void Run()
        {
            encoder.Encode(pool, message).Release();
            encoder.Encode(pool, noise).Release();
        }
    }

    [Fact]
    public void Buffers_go_back_once_and_are_not_written_to_afterwards()
    {
        var pool = new DebugPayloadPool();
        GzipEncoder.Encode(pool, GzipMessages.Records(500_000, new Random(1))).Release();
        GzipEncoder.Encode(pool, GzipMessages.Noise(500_000, new Random(1))).Release();
        pool.AssertClean();
    }

    private static void AssertSurvives(int length, int seed)
    {
        foreach (var (name, bytes) in GzipMessages.OfLength(length, new Random(seed)))
            AssertSurvives(bytes, $"{name}, {length} bytes, seed {seed}");
    }

    private static void AssertSurvives(byte[] message, string what)
    {
        byte[] encoded = Encoded(message);
        Assert.True(encoded.Length <= DeflateEncoder.LongestOutput(message.Length), $"{what}: {encoded.Length} bytes");
        Assert.True(BinaryPrimitives.ReadUInt32LittleEndian(encoded.AsSpan()[^4..]) == message.Length, $"{what}: wrong length in the trailer");
        Assert.True(Inflated(encoded, what).AsSpan().SequenceEqual(message), $"{what}: another message");

        // this one also sees whether the message ends where the member does
        Assert.True(GzipDecoder.TryDecode(PayloadPool.Shared, encoded, message.Length, out var payload) == GzipResult.Ok, $"{what}: no whole member");
        payload!.Release();
    }

    private static byte[] Inflated(byte[] encoded, string what)
    {
        using var gzip = new GZipStream(new MemoryStream(encoded), CompressionMode.Decompress);
        using var read = new MemoryStream();
        try
        {
            gzip.CopyTo(read);
        }
        catch (InvalidDataException e)
        {
            Assert.Fail($"{what}: {e.Message}");
        }

        return read.ToArray();
    }

    private static byte[] Encoded(ReadOnlySpan<byte> message, DeflateEncoder? encoder = null)
    {
        var payload = encoder is null ? GzipEncoder.Encode(PayloadPool.Shared, message) : encoder.Encode(PayloadPool.Shared, message);
        byte[] bytes = payload.Message.ToArray();
        payload.Release();
        return bytes;
    }

    /// <summary>Always the same array.</summary>
    private sealed class OneArrayPool : PayloadPool
    {
        private readonly byte[] _array = new byte[1 << 20];

        protected internal override byte[] RentArray(int minimumLength) => _array;

        protected internal override void ReturnArray(byte[] array)
        {
        }
    }
}
