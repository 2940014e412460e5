using System.Text;
using OrleansLb.Otlp.Identity;

namespace OrleansLb.Otlp.Tests.Identity;

public sealed class IdentifierBufferTests
{
    [Theory]
    [InlineData(0UL, "0")]
    [InlineData(0xFUL, "f")]
    [InlineData(0x10UL, "10")]
    [InlineData(0x0123456789ABCDEFUL, "123456789abcdef")]
    [InlineData(ulong.MaxValue, "ffffffffffffffff")]
    public void A_number_has_no_leading_zeros(ulong number, string expected) =>
        Assert.Equal($"x{expected}y", Encoding.ASCII.GetString(new IdentifierBuffer().Append("x"u8).AppendHexNumber(number).Append("y"u8).Written));

    [Fact]
    public void Slices_of_every_length_and_from_every_place_are_appended_as_they_are()
    {
        byte[] whole = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];
        for (int start = 0; start <= whole.Length; start += 3)
        {
            for (int end = start; end <= whole.Length; end++)
            {
                var buffer = new IdentifierBuffer().Append("before"u8).Append(whole, start, end).Append(0xF4, whole, start, end);
                buffer.Append(0xF5, 0xF6, whole, start, end, 100 - end, 100 - start);
                byte[] slice = whole[start..end];
                Assert.Equal([.. "before"u8, .. slice, 0xF4, .. slice, 0xF5, .. slice, 0xF6, .. whole[(100 - end)..(100 - start)]], buffer.Written.ToArray());
            }
        }
    }

    [Fact]
    public void Slices_of_a_text_and_of_a_buffer_of_every_length_follow_each_other()
    {
        byte[] whole = [.. Enumerable.Range(0, 150).Select(i => (byte)i)];
        var other = new IdentifierBuffer().Append([.. Enumerable.Range(0, 480).Select(i => (byte)(i * 7))]);
        byte[] others = other.Written.ToArray();
        foreach (int written in new[] { 0, 6, 380, 390, 450, 511 })
        {
            for (int length = 0; length <= 70; length++)
            {
                for (int start = 150 - length; start >= 0; start -= 37)
                {
                    int otherStart = start % 2 == 0 ? 480 - length : start;
                    var buffer = new IdentifierBuffer().Append(new byte[written]);
                    buffer.Append(whole, start, start + length, other, otherStart, otherStart + length);
                    buffer.Append(whole, start, start, other, otherStart, otherStart + length);

                    byte[] slice = others[otherStart..(otherStart + length)];
                    Assert.Equal([.. new byte[written], .. whole[start..(start + length)], .. slice, .. slice], buffer.Written.ToArray());
                }
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(503)]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(-123)]
    [InlineData(long.MinValue)]
    public void A_number_is_written_in_base_10(long number) =>
        Assert.Equal($"x{number}y", Encoding.ASCII.GetString(new IdentifierBuffer().Append("x"u8).AppendDecimal(number).Append("y"u8).Written));

    [Fact]
    public void What_is_written_can_be_repeated_beyond_the_room_there_was()
    {
        var buffer = new IdentifierBuffer().Append("ab"u8).Append("c"u8);
        for (int i = 0; i < 200; i++)
            buffer.Repeat(1, 3);
        Assert.Equal("a" + string.Concat(Enumerable.Repeat("bc", 201)), Encoding.ASCII.GetString(buffer.Written));
    }
}
