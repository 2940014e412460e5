using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Tests.Compression;

namespace OrleansLb.Otlp.Tests.Identity;

public sealed class Crc32Tests
{
    [Fact]
    public void The_check_value_of_the_polynomial_is_right()
    {
        Assert.Equal(0xCBF43926, Crc32.Hash("123456789"u8));
        Assert.Equal(0u, Crc32.Hash([]));
    }

    [Fact]
    public void All_ways_give_what_the_definition_gives()
    {
        byte[] data = GzipMessages.Noise(700, new Random(1));
        for (int offset = 0; offset < 20; offset++)
        {
            for (int length = 0; length <= 300; length++)
                AssertRight(data.AsSpan(offset, length));
        }

        for (int length = 301; length < 680; length++)
            AssertRight(data.AsSpan(3, length));
        AssertRight(GzipMessages.Noise(100_003, new Random(2)));
    }

    private static void AssertRight(ReadOnlySpan<byte> data)
    {
        uint expected = ByDefinition(data);
        Assert.Equal(expected, Crc32.Hash(data));
        Assert.Equal(expected, Crc32.HashByTables(data));
        Assert.Equal(expected, Crc32.Append(Crc32.Hash(data[..(data.Length / 3)]), data[(data.Length / 3)..]));
    }

    // RFC 1952 §8, bit by bit
    private static uint ByDefinition(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte next in data)
        {
            crc ^= next;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}
