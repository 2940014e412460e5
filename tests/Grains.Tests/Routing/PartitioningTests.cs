using System.Numerics;
using System.Text;
using OrleansLb.Grains.Routing;
using OrleansLb.Otlp.Identity;

namespace OrleansLb.Grains.Tests.Routing;

/// <summary>The hash behind the partitions must never change: keys of running fleets would move.</summary>
public sealed class PartitioningTests
{
    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("as", 0x1C330FB2D66BE179)]
    [InlineData("asd", 0x631C37CE72A97393)]
    [InlineData("asdf", 0x415872F599CEA71E)]
    [InlineData("Call me Ishmael. Some years ago--never mind how long precisely-", 0x02A2E85470D6FD96)]
    public void The_hash_is_XXH64(string text, ulong hash) => Assert.Equal(hash, XxHash64.Hash(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData("00000000000000000000000000000000", 0xAF09F71516247C32, 11202)]
    [InlineData("0102030405060708090a0b0c0d0e0f10", 0x3B90396EE396DD85, 3812)]
    [InlineData("4bf92f3577b34da6a3ce929d0e0e4736", 0x4699CDE8CC77B7F6, 4518)]
    [InlineData("ffffffffffffffffffffffffffffffff", 0xA721445D6A57C444, 10696)]
    [InlineData("636865636b6f7574", 0x3565D2B26259A99D, 3417)]
    [InlineData("7061796d656e742d73657276696365", 0x2A6053DCD9D244F3, 2712)]
    [InlineData("0001020304050607", 0x884A173614B81B8D, 8722)]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e", 0xC346D2B59B4D8EE1, 12497)]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", 0xCBF59C5116FF32B4, 13053)]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c", 0x93F85C1B6280EAD3, 9470)]
    public void Partitions_of_identifiers_never_change(string hex, ulong hash, int partition)
    {
        byte[] identifier = Convert.FromHexString(hex);
        Assert.Equal(hash, XxHash64.Hash(identifier));
        Assert.Equal(partition, Partitioning.Of(identifier));
    }

    [Fact]
    public void Every_bit_of_a_trace_id_turns_every_bit_of_the_hash_half_the_time()
    {
        const int samples = 4000;
        var random = new Random(20260101);
        var turned = new int[128 * 64];
        byte[] id = new byte[16];
        for (int sample = 0; sample < samples; sample++)
        {
            random.NextBytes(id);
            ulong before = XxHash64.Hash(id);
            for (int bit = 0; bit < 128; bit++)
            {
                id[bit >> 3] ^= (byte)(1 << (bit & 7));
                for (ulong difference = before ^ XxHash64.Hash(id); difference != 0; difference &= difference - 1)
                    turned[(bit << 6) + BitOperations.TrailingZeroCount(difference)]++;
                id[bit >> 3] ^= (byte)(1 << (bit & 7));
            }
        }

        // six standard deviations of a fair coin
        double margin = 6 * Math.Sqrt(samples * 0.25);
        Assert.All(turned, count => Assert.InRange(count, samples / 2 - margin, samples / 2 + margin));
    }

    [Theory]
    [InlineData("random")]
    [InlineData("counted")]
    [InlineData("low bytes only")]
    public void Trace_ids_spread_evenly_over_the_partitions(string kind)
    {
        const int keys = 1 << 20;
        var random = new Random(7);
        var load = new int[Partitioning.Count];
        byte[] id = new byte[16];
        for (int key = 0; key < keys; key++)
        {
            if (kind == "random")
                random.NextBytes(id);
            else
                BitConverter.TryWriteBytes(id.AsSpan(kind == "counted" ? 8 : 0), key);
            load[Partitioning.Of(id)]++;
        }

        // chi-square over 16,383 degrees of freedom: mean 16,383, deviation 181
        double expected = (double)keys / Partitioning.Count;
        double chiSquare = load.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.InRange(chiSquare, 0, 16_383 + 6 * 181);
    }
}
