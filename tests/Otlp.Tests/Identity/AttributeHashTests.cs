using System.Buffers.Binary;
using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Wire;
using OrleansLb.Testing;
using static OrleansLb.Otlp.Tests.Identity.Attributes;

namespace OrleansLb.Otlp.Tests.Identity;

public sealed class AttributeHashTests
{
    private const uint AnyNumber = 7;

    [Fact]
    public void An_empty_map_has_zeros() => Assert.Equal(default, Hash(new WireMessage()));

    [Fact]
    public void A_service_name_has_its_golden_hash() =>
        Assert.Equal("831d0817d731c2054ac194e9ddcf7e5c", Hex(Hash(List(AnyNumber, ("service.name", Text("checkout"))))));

    /// <summary>Each kind of value, with the bytes that the rule puts before the hash, written out by hand.</summary>
    public static TheoryData<byte[], byte[]> Encodings() => new()
    {
        { Value(Text("x")), [0xF7, (byte)'x'] },
        { Value(Text("")), [0xF7] },
        { Value(Bool(true)), [0xF8] },
        { Value(Bool(false)), [0xF9] },
        { Value(Int(1)), [0xFA, 1, 0, 0, 0, 0, 0, 0, 0] },
        { Value(Int(-2)), [0xFA, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] },
        { Value(Double(1)), [0xFB, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F] },
        { Value(Double(double.PositiveInfinity)), [0xFB, 0, 0, 0, 0, 0, 0, 0xF0, 0x7F] },
        { Value(Double(double.NaN)), [0xFB, 0, 0, 0, 0, 0, 0, 0xF8, 0xFF] },
        { Value(Double(-0.0)), [0xFB, 0, 0, 0, 0, 0, 0, 0, 0x80] },
        { Value(Bytes(9, 0xFF)), [0xF6, 9, 0xFF] },
        { Value(Nothing), [0xF5] },
        { Value(Array()), [0xFE, 0xFF] },
        { Value(Array(Bool(true), Nothing, Array(Text("y")))), [0xFE, 0xF8, 0xF5, 0xFE, 0xF7, (byte)'y', 0xFF, 0xFF] },
        { Value(Map()), [0xFC, 0xFD] },

        // keys sorted inside too, and the first of equal keys twice: b = false stands for b = true
        {
            Value(Map(("b", Bool(false)), ("a", Int(0)), ("b", Bool(true)))),
            [0xFC, 0xF4, (byte)'a', 0xFA, 0, 0, 0, 0, 0, 0, 0, 0, 0xF4, (byte)'b', 0xF9, 0xF4, (byte)'b', 0xF9, 0xFD]
        },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Each_kind_of_value_is_led_by_its_byte(byte[] map, byte[] value)
    {
        byte[] encoded = [0xF4, (byte)'k', .. value];
        Assert.Equal(new AttributeHash(XxHash64.Hash(encoded), XxHash64.Hash([.. encoded, 0xF3])), Hash(map));
    }

    [Fact]
    public void Keys_sort_by_their_bytes_and_not_by_a_culture()
    {
        byte[] encoded = [0xF4, (byte)'B', 0xF8, 0xF4, (byte)'a', 0xF8, 0xF4, (byte)'a', (byte)'b', 0xF8, 0xF4, 0xC3, 0xA4, 0xF8];
        var map = List(AnyNumber, ("ä", Bool(true)), ("ab", Bool(true)), ("a", Bool(true)), ("B", Bool(true)));
        Assert.Equal(XxHash64.Hash(encoded), Hash(map).First);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(24)]
    [InlineData(25)]
    [InlineData(10_000)]
    public void The_order_of_distinct_keys_does_not_matter(int count)
    {
        var pairs = Enumerable.Range(0, count).Select(i => ($"key-{i * 7919 % count}", Int(i))).ToArray();
        var expected = Hash(List(AnyNumber, pairs));
        new Random(count).Shuffle(pairs);
        Assert.Equal(expected, Hash(List(AnyNumber, pairs)));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(60)]
    public void The_first_of_equal_keys_counts_for_every_one(int count)
    {
        var pairs = Enumerable.Range(0, count).Select(i => ("k", Int(i))).ToArray();
        byte[] encoded = [.. Enumerable.Repeat(new byte[] { 0xF4, (byte)'k', 0xFA, 0, 0, 0, 0, 0, 0, 0, 0 }, count).SelectMany(pair => pair)];
        Assert.Equal(XxHash64.Hash(encoded), Hash(List(AnyNumber, pairs)).First);
    }

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_hashed_as_they_are()
    {
        var map = new WireMessage().Message(AnyNumber, new WireMessage().Bytes(1, 0xFF, 0xC3).Message(2, new WireMessage().Bytes(1, 0x80)));
        Assert.Equal(XxHash64.Hash([0xF4, 0xFF, 0xC3, 0xF7, 0x80]), Hash(map).First);
    }

    [Fact]
    public void Values_nest_up_to_a_limit()
    {
        Assert.NotEqual(default, Hash(List(AnyNumber, ("k", Nested(ValueNesting.Limit)))));
        Assert.Equal("attribute values are nested too deeply", Error(List(AnyNumber, ("k", Nested(ValueNesting.Limit + 1)))));
    }

    [Fact]
    public void Damage_inside_of_a_value_is_an_error()
    {
        Assert.Equal("known field has the wrong wire type", Error(new WireMessage().Varint(AnyNumber, 1)));
        Assert.Equal("known field has the wrong wire type", Error(List(AnyNumber, ("k", new WireMessage().Message(5, new WireMessage().Varint(1, 1))))));
        Assert.Equal("varint is cut off", Error(List(AnyNumber, ("k", new WireMessage().Bytes(6, 0x88)))));
    }

    private static byte[] Value(WireMessage value) => List(AnyNumber, ("k", value)).Encode();

    private static AttributeHash Hash(WireMessage message) => Hash(message.Encode());

    private static AttributeHash Hash(byte[] message)
    {
        var hasher = new AttributeHasher();
        var error = default(WireError);
        Assert.True(hasher.TryAdd(message, 0, message.Length, AnyNumber, ref error), error.ToString());
        Assert.True(hasher.TryHash(message, out var hash, ref error), error.ToString());
        return hash;
    }

    private static string Error(WireMessage map)
    {
        byte[] message = map.Encode();
        var hasher = new AttributeHasher();
        var error = default(WireError);
        Assert.False(hasher.TryAdd(message, 0, message.Length, AnyNumber, ref error) && hasher.TryHash(message, out _, ref error));
        return error.Message;
    }

    private static string Hex(AttributeHash hash)
    {
        byte[] bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, hash.First);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), hash.Second);
        return Convert.ToHexStringLower(bytes);
    }
}
