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
    public void What_is_written_can_be_repeated_beyond_the_room_there_was()
    {
        var buffer = new IdentifierBuffer().Append("ab"u8).Append("c"u8);
        for (int i = 0; i < 200; i++)
            buffer.Repeat(1, 3);
        Assert.Equal("a" + string.Concat(Enumerable.Repeat("bc", 201)), Encoding.ASCII.GetString(buffer.Written));
    }
}
