using System.Text;
using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Wire;
using OrleansLb.Testing;
using static OrleansLb.Otlp.Tests.Identity.Attributes;

namespace OrleansLb.Otlp.Tests.Identity;

public sealed class AttributeTextTests
{
    public static TheoryData<byte[], string> Values() => new()
    {
        { Nothing.Encode(), "" },
        { Text("a=b|<c>").Encode(), "a=b|<c>" },
        { Bool(true).Encode(), "true" },
        { Int(long.MinValue).Encode(), "-9223372036854775808" },
        { Double(1e-7).Encode(), "1e-7" },
        { Double(1e-6).Encode(), "0.000001" },
        { Double(1e20).Encode(), "100000000000000000000" },
        { Double(-0.0).Encode(), "-0" },
        { Double(double.NaN).Encode(), "NaN" },
        { Double(double.PositiveInfinity).Encode(), "Infinity" },
        { Double(double.NegativeInfinity).Encode(), "-Infinity" },
        { Bytes(0xFB, 0xFF).Encode(), "+/8=" },
        { Array().Encode(), "[]" },
        { Map().Encode(), "{}" },
        {
            Array(Text("x"), Bool(false), Int(-1), Double(1e21), Double(0.5), Bytes(1, 2, 3, 4), Nothing, Array(Int(1)), Map()).Encode(),
            """["x",false,-1,1e+21,0.5,"AQIDBA==",null,[1],{}]"""
        },

        // sorted by bytes, the last of equal keys: in Go each overwrites the one before
        { Map(("b", Int(1)), ("B", Int(2)), ("a", Map(("z", Int(3)), ("y", Int(4)))), ("b", Int(5))).Encode(), """{"B":2,"a":{"y":4,"z":3},"b":5}""" },

        // no escapes for HTML, two for JavaScript, short ones for the usual controls
        { Array(Text("<&>'/\u007f")).Encode(), "[\"<&>'/\u007f\"]" },
        { Array(Text("\"\\\b\f\n\r\t\u0001\u001f\u2028\u2029ü🚀")).Encode(), "[\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\\u2028\\u2029ü🚀\"]" },
        { Map(("a\"b", Nothing)).Encode(), "{\"a\\\"b\":null}" },

        // each byte of what is no UTF-8 becomes one replacement: E2 82 begins a character that is not completed
        { Array(new WireMessage().Bytes(1, 0xE2, 0x82, (byte)'x', 0xFF)).Encode(), "[\"\\ufffd\\ufffdx\\ufffd\"]" },

        // JSON has no such number, and the encoder of the Collector gives up
        { Array(Int(1), Double(double.NaN)).Encode(), "" },
        { Map(("k", Array(Double(double.NegativeInfinity)))).Encode(), "" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_has_the_Collectors_text(byte[] value, string expected) => Assert.Equal(expected, TextOf(value));

    [Fact]
    public void A_string_that_is_no_UTF_8_stays_as_it_is()
    {
        var buffer = new IdentifierBuffer();
        byte[] value = new WireMessage().Bytes(1, 0xFF, 0xC3).Encode();
        Assert.True(TryAppend(buffer, value, out _));
        Assert.Equal<byte>([0xFF, 0xC3], buffer.Written.ToArray());
    }

    [Fact]
    public void A_text_is_appended_to_what_is_there_even_if_it_is_given_up_half_way()
    {
        var buffer = new IdentifierBuffer().Append("a="u8);
        Assert.True(TryAppend(buffer, Array(Text("long enough"), Double(double.NaN)).Encode(), out _));
        Assert.Equal("a=", Encoding.UTF8.GetString(buffer.Written));
    }

    [Fact]
    public void Values_nest_up_to_a_limit()
    {
        var buffer = new IdentifierBuffer();
        Assert.True(TryAppend(buffer, Nested(ValueNesting.Limit).Encode(), out _));
        Assert.Equal(2 * (ValueNesting.Limit + 1), buffer.Length);
        Assert.False(TryAppend(buffer, Nested(ValueNesting.Limit + 1).Encode(), out string error));
        Assert.Equal("attribute values are nested too deeply", error);
    }

    private static string TextOf(byte[] value)
    {
        var buffer = new IdentifierBuffer();
        Assert.True(TryAppend(buffer, value, out string error), error);
        return Encoding.UTF8.GetString(buffer.Written);
    }

    private static bool TryAppend(IdentifierBuffer buffer, byte[] value, out string message)
    {
        var read = default(AnyValue);
        var error = default(WireError);
        bool appended = read.TryMerge(value, 0, value.Length, ref error)
            && AttributeText.TryAppend(buffer, value, read, new AttributeList(), ref error);
        message = error.Message;
        return appended;
    }
}
