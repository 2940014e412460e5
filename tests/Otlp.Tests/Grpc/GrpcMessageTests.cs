using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Otlp.Tests.Grpc;

public sealed class GrpcMessageTests
{
    [Theory]
    [InlineData("plain text, 100 of it!", "plain text, 100 of it!")]
    [InlineData("100%", "100%25")]
    [InlineData("line\nbreak\ttab\r", "line%0Abreak%09tab%0D")]
    [InlineData("größe", "gr%C3%B6%C3%9Fe")]
    [InlineData("✓ 🚀", "%E2%9C%93 %F0%9F%9A%80")]
    [InlineData("\u007f", "%7F")]
    public void A_text_is_encoded_and_decoded(string text, string value)
    {
        Assert.Equal(value, GrpcMessage.Encode(text));
        Assert.Equal(text, GrpcMessage.Decode(value));
    }

    [Theory]
    [InlineData("50% off", "50% off")]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz%41", "%zzA")]
    [InlineData("%c3%b6", "ö")]
    public void Broken_escapes_stand_for_themselves(string value, string text) => Assert.Equal(text, GrpcMessage.Decode(value));

    [Fact]
    public void Every_encoded_text_is_a_valid_header_value()
    {
        var random = new Random(11);
        for (int round = 0; round < 1000; round++)
        {
            char[] text = new char[random.Next(40)];
            for (int at = 0; at < text.Length; at++)
                text[at] = (char)random.Next(char.MaxValue + 1);
            Assert.All(GrpcMessage.Encode(new string(text)), unit => Assert.InRange(unit, ' ', '~'));
        }
    }

    [Fact]
    public void A_text_beyond_every_header_limit_is_cut()
    {
        string text = new string('x', GrpcMessage.MaxTextLength - 1) + "🚀 and more";
        Assert.Equal(GrpcMessage.MaxTextLength - 1, GrpcMessage.Encode(text).Length);
    }
}
