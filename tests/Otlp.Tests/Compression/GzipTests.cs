using System.IO.Compression;
using System.Text;
using OrleansLb.Otlp.Compression;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Otlp.Tests.Compression;

public sealed class GzipTests
{
    private const long Limit = 1 << 20;
    private readonly PayloadPool _pool = PayloadPool.Shared;

    public static TheoryData<int> Sizes => [0, 1, 17, 1000, 8191, 8192, 8193, 300_000, (int)Limit];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_message_survives_encoder_and_decoder(int size)
    {
        byte[] message = Compressible(size);
        var compressed = GzipEncoder.Encode(_pool, message);
        Assert.Equal(ContentCoding.Gzip, compressed.Coding);

        Assert.Equal(message, Decoded(compressed.Message.ToArray()));
        compressed.Release();
    }

    [Fact]
    public void What_does_not_compress_survives_too()
    {
        byte[] message = new byte[100_000];
        new Random(7).NextBytes(message);
        var compressed = GzipEncoder.Encode(_pool, message);
        Assert.Equal(message, Decoded(compressed.Message.ToArray()));
        compressed.Release();
    }

    [Fact]
    public void The_encoder_writes_one_framed_gzip_member_that_others_can_read()
    {
        byte[] message = Compressible(5000);
        var compressed = GzipEncoder.Encode(_pool, message);
        using var other = new GZipStream(new MemoryStream(compressed.Message.ToArray()), CompressionMode.Decompress);
        using var read = new MemoryStream();
        other.CopyTo(read);

        Assert.Equal(message, read.ToArray());
        Assert.Equal(1, compressed.Frame.Span[0]);
        Assert.Equal(compressed.Length, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(compressed.Frame.Span[1..]));
        compressed.Release();
    }

    [Fact]
    public void Several_members_are_one_message()
    {
        byte[] compressed = [.. Gzip("ab"u8), .. Gzip(""u8), .. Gzip("cd"u8), .. Gzip(Compressible(9000))];
        Assert.Equal([.. "abcd"u8, .. Compressible(9000)], Decoded(compressed));
    }

    [Fact]
    public void Every_truncation_is_corrupt()
    {
        foreach (byte[] whole in new[] { Gzip(Compressible(3000)), Gzip(""u8), Gzip(new byte[600]), Gzip("stored"u8, CompressionLevel.NoCompression) })
        {
            for (int length = 0; length < whole.Length; length++)
                Assert.Equal(GzipResult.Corrupt, Result(whole[..length]));
        }
    }

    [Fact]
    public void A_cut_between_members_is_only_the_first_of_them()
    {
        byte[] first = Gzip("first"u8), second = Gzip("second"u8);
        for (int length = 1; length < second.Length; length++)
            Assert.Equal(GzipResult.Corrupt, Result([.. first, .. second[..length]]));
    }

    [Fact]
    public void Anything_behind_the_last_member_is_corrupt()
    {
        // around the 8 KiB in which the stream reads its input, too
        foreach (int size in new[] { 10, 8170, 8173, 8174, 8175, 20_000 })
        {
            byte[] noise = new byte[size];
            new Random(size).NextBytes(noise);
            byte[] member = Gzip(noise, CompressionLevel.NoCompression);
            foreach (byte[] garbage in new byte[][] { [0], [0, 0, 0, 0], [0x1F], [0x1F, 0x8B], [0x1F, 0x8B, 8, 0], [1, 2, 3, 4, 5, 6, 7, 8] })
                Assert.Equal(GzipResult.Corrupt, Result([.. member, .. garbage]));
            Assert.Equal(GzipResult.Ok, Result(member));
        }
    }

    [Fact]
    public void A_changed_byte_is_never_taken_for_another_message()
    {
        byte[] message = Compressible(2000);
        byte[] compressed = Gzip(message);
        for (int at = 0; at < compressed.Length; at++)
        {
            byte[] changed = [.. compressed];
            changed[at] ^= 0x41;
            var result = GzipDecoder.TryDecode(_pool, changed, Limit, out var payload);

            // name, time and system of origin in the header do not matter
            if (result == GzipResult.Ok)
                Assert.Equal(message, payload!.Message.ToArray());
            payload?.Release();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("this is no gzip at all, in plain words")]
    public void What_is_no_gzip_is_corrupt(string text) => Assert.Equal(GzipResult.Corrupt, Result(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void The_limit_is_exact()
    {
        byte[] compressed = Gzip(Compressible(5000));
        Assert.Equal(GzipResult.Ok, Result(compressed, 5000));
        for (int limit = 4980; limit < 5000; limit++)
            Assert.Equal(GzipResult.TooLarge, Result(compressed, limit));
        Assert.Equal(GzipResult.TooLarge, Result(compressed, 0));
        Assert.Equal(GzipResult.Ok, Result(Gzip(""u8), 0));
    }

    [Fact]
    public void A_bomb_costs_no_more_memory_than_the_limit()
    {
        byte[] bomb = Bomb(64 << 20);
        var pool = new CountingPool();
        Assert.Equal(GzipResult.TooLarge, GzipDecoder.TryDecode(pool, bomb, Limit, out var payload));

        Assert.Null(payload);
        Assert.Equal(0, pool.Outstanding);
        // the limit itself, and the half of it from which the last growth copied
        Assert.InRange(pool.Peak, Limit, (2 * Limit) + 4096);
    }

    [Fact]
    public void A_short_message_that_claims_a_huge_length_gets_no_huge_buffer()
    {
        byte[] compressed = Gzip("short"u8);
        compressed.AsSpan(compressed.Length - 4).Fill(0x3F);
        var pool = new CountingPool();
        Assert.Equal(GzipResult.Corrupt, GzipDecoder.TryDecode(pool, compressed, 64 << 20, out _));
        Assert.InRange(pool.Peak, 1, 4096);
        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void Buffers_are_given_back_whatever_happens()
    {
        var pool = new CountingPool();
        byte[] whole = Gzip(Compressible(50_000));
        byte[] damaged = [.. whole];
        damaged[200] ^= 0xFF;
        foreach (byte[] input in new[] { whole, whole[..300], [.. whole, 9], damaged })
        {
            GzipDecoder.TryDecode(pool, input, Limit, out var payload);
            payload?.Release();
            GzipDecoder.TryDecode(pool, input, 100, out payload);
            payload?.Release();
        }

        GzipEncoder.Encode(pool, whole).Release();
        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void Growth_is_not_needed_when_the_message_tells_its_length()
    {
        var pool = new CountingPool();
        GzipDecoder.TryDecode(pool, Gzip(Compressible(100_000)), Limit, out var payload);
        payload!.Release();
        Assert.Equal(1, pool.Rented);
    }

    private static byte[] Compressible(int size)
    {
        var random = new Random(size);
        byte[] bytes = new byte[size];
        for (int at = 0; at < size; at++)
            bytes[at] = (byte)("service.name"[at % 12] + (random.Next(8) == 0 ? random.Next(16) : 0));
        return bytes;
    }

    private static byte[] Gzip(ReadOnlySpan<byte> message, CompressionLevel level = CompressionLevel.Optimal)
    {
        if (message.IsEmpty)
            return Convert.FromBase64String("H4sIAAAAAAAAAwMAAAAAAAAAAAA=");

        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, level, leaveOpen: true))
            gzip.Write(message);
        return output.ToArray();
    }

    private static byte[] Bomb(int size)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            byte[] zeros = new byte[1 << 16];
            for (int written = 0; written < size; written += zeros.Length)
                gzip.Write(zeros);
        }

        return output.ToArray();
    }

    private byte[] Decoded(byte[] compressed)
    {
        Assert.Equal(GzipResult.Ok, GzipDecoder.TryDecode(_pool, compressed, Limit, out var payload));
        Assert.Equal(ContentCoding.Identity, payload!.Coding);
        byte[] message = payload.Message.ToArray();
        payload.Release();
        return message;
    }

    private GzipResult Result(byte[] compressed, long limit = Limit)
    {
        var result = GzipDecoder.TryDecode(_pool, compressed, limit, out var payload);
        Assert.Equal(result == GzipResult.Ok, payload is not null);
        payload?.Release();
        return result;
    }

    private sealed class CountingPool : PayloadPool
    {
        private long _size;

        public int Outstanding { get; private set; }

        public int Rented { get; private set; }

        public long Peak { get; private set; }

        protected internal override byte[] RentArray(int minimumLength)
        {
            Outstanding++;
            Rented++;
            _size += minimumLength;
            Peak = Math.Max(Peak, _size);
            return new byte[minimumLength];
        }

        protected internal override void ReturnArray(byte[] array)
        {
            Outstanding--;
            _size -= array.Length;
        }
    }
}
