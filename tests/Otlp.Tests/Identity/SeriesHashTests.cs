using System.Text;
using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Tests.Identity;

public sealed class SeriesHashTests
{
    // worked out by hand from the rule in the remarks of SeriesHash, with numbers of any size
    [Theory]
    [InlineData(0, 0, 0x39281E0D569B2353)]
    [InlineData(1, 1, 0x421C388B979799CE)]
    [InlineData(100, 500, 0x21042A425C2701FF)]
    public void A_name_with_a_text_has_its_golden_hash(int name, int value, ulong hash) =>
        Assert.Equal(hash, SeriesHash.OfBytes(Repeat('k', name), Repeat('v', value), AnyValueKind.String));

    [Theory]
    [InlineData("http.route", "/", 0x60C8B7B48A8DD790)]
    [InlineData("0123456789abcdef", "0123456789abcdef", 0xFA2F0BB0D94C0AE5)]
    [InlineData("0123456789abcdefg", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 0xF1F8A8FC70640BB3)]
    public void Block_borders_are_where_the_rule_has_them(string name, string value, ulong hash) =>
        Assert.Equal(hash, SeriesHash.OfBytes(Encoding.ASCII.GetBytes(name), Encoding.ASCII.GetBytes(value), AnyValueKind.String));

    [Theory]
    [InlineData("port", 8443, AnyValueKind.Int, 0x66A4CBBD3163760B)]
    [InlineData("", -1, AnyValueKind.Int, 0x763B04372D68897B)]
    [InlineData("on", 1, AnyValueKind.Bool, 0x5C11572C2EAFE473)]
    internal void A_name_with_a_number_has_its_golden_hash(string name, long number, AnyValueKind kind, ulong hash) =>
        Assert.Equal(hash, SeriesHash.OfNumber(Encoding.ASCII.GetBytes(name), (ulong)number, kind));

    [Fact]
    public void Reads_of_whole_blocks_count_nothing_behind_the_last_byte()
    {
        byte[] bytes = new byte[200];
        new Random(5).NextBytes(bytes);
        for (int name = 0; name <= 50; name++)
        {
            for (int value = 0; value <= 50; value++)
            {
                ulong hash = SeriesHash.OfBytes(bytes.AsSpan(1, name), bytes.AsSpan(100, value), AnyValueKind.String);
                Assert.Equal(hash, SeriesHash.OfText(ref bytes[1], name, ref bytes[100], value));
            }

            Assert.Equal(SeriesHash.OfNumber(bytes.AsSpan(1, name), 7, AnyValueKind.Int), SeriesHash.OfNumber(ref bytes[1], name, 7, AnyValueKind.Int));
        }
    }

    [Theory]
    [InlineData(0, "0000000000000000")]
    [InlineData(0x0123456789ABCDEF, "0123456789abcdef")]
    [InlineData(0xFEDCBA9876543210, "fedcba9876543210")]
    public void The_text_has_all_digits(ulong hash, string expected)
    {
        byte[] text = new byte[SeriesHash.TextLength];
        SeriesHash.WriteText(hash, ref text[0]);
        Assert.Equal(expected, Encoding.ASCII.GetString(text));
    }

    private static byte[] Repeat(char c, int count) => Encoding.ASCII.GetBytes(new string(c, count));
}
