using OrleansLb.Otlp.Wire;
using OrleansLb.Testing;
using static OrleansLb.Otlp.Tests.Identity.Attributes;

namespace OrleansLb.Otlp.Tests.Wire;

/// <summary>The quick way over an item must not pass what somebody asks for, nor what it cannot read.</summary>
public sealed class FieldFilterTests
{
    private const uint AttributesNumber = 9;

    private static readonly byte[] Name = "wanted"u8.ToArray();

    /// <summary>Items with one field that the walk has to stop at, behind others of every short form.</summary>
    public static TheoryData<byte[]> Stops() => new()
    {
        new WireMessage().Message(AttributesNumber, Pair("wanted", Text("v"))).Encode(),
        new WireMessage().Message(AttributesNumber, Pair("wanted", Text("v")).Reverse()).Encode(),
        new WireMessage().Message(AttributesNumber, Pair("xanted", Text("v")).Text(1, "wanted")).Encode(),
        new WireMessage().Message(AttributesNumber, Pair("wantef", Text("v")).Varint(2000, 1)).Encode(),
        new WireMessage().Message(AttributesNumber, Pair("wanted", Text(new string('v', 300)))).Encode(),
        new WireMessage().Message(AttributesNumber, new WireMessage().Text(1, "wanted")).Encode(),
        new WireMessage().Message(AttributesNumber, new WireMessage()).Encode(),
        new WireMessage().Varint(AttributesNumber, 1).Encode(),
        new WireMessage().Text(5, "name").Encode(),
        new WireMessage().Text(5, new string('n', 200)).Encode(),
        new WireMessage().Varint(6, 300).Encode(),
        new WireMessage().Group(3, new WireMessage()).Encode(),
        new WireMessage().Text(2000, "unknown").Encode(),

        // numbers that do not exist, and fields that are cut off
        new byte[] { 0x02, 0x00 },
        new byte[] { 0x0A, 0x02, 0x00 },
        new byte[] { 0x0A, 0x80 },
        new byte[] { 0x09, 0x00 },
        new byte[] { 0x0D, 0x00 },
        new byte[] { 0x85, 0x01, 0x00 },
        new byte[] { 0x08 },
    };

    [Theory]
    [MemberData(nameof(Stops))]
    public void It_stops_at_what_may_be_asked_for_and_at_what_it_cannot_read(byte[] field)
    {
        byte[] before = new WireMessage().Text(1, "other").Fixed64(2, 1).Fixed32(3, 1).Varint(4, 9).Fixed32(16, 1).Text(7, new string('o', 1000))
            .Message(AttributesNumber, Pair("other", Text("v"))).Message(AttributesNumber, Pair("", Nothing))
            .Message(AttributesNumber, Pair("other", Text("v")).Reverse()).Message(AttributesNumber, Pair("", Text("v")).Reverse()).Encode();

        var filter = new FieldFilter((1 << 5) | (1 << 6), AttributesNumber, FieldFilter.NameBit(Name));

        // the bytes behind the item would make whole what is cut off
        byte[] item = [.. before, .. field, .. new byte[32]];
        Assert.Equal(before.Length, filter.Skip(item.AsSpan(0, before.Length + field.Length), 0));
        Assert.Equal(before.Length, filter.Skip(item.AsSpan(0, before.Length), 0));
    }

    [Fact]
    public void Where_no_attribute_is_asked_for_the_number_zero_is_still_none()
    {
        byte[] pair = Pair("other", Text("v")).Encode();
        byte[] item = [.. new WireMessage().Fixed64(2, 1).Encode(), 0x02, (byte)pair.Length, .. pair];
        Assert.Equal(9, new FieldFilter(1 << 5, attributesNumber: 0, FieldFilter.NameBit(Name)).Skip(item, 0));
    }

    [Fact]
    public void Without_names_every_attribute_is_asked_for()
    {
        byte[] item = new WireMessage().Fixed64(2, 1).Message(7, Pair("any", Text("v"))).Encode();
        Assert.Equal(9, new FieldFilter(1 << 7).Skip(item, 0));
    }
}
