using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Otlp.Tests.Splitting;

public sealed class RunCopyTests
{
    private const byte Untouched = 0xEE;

    [Fact]
    public void Runs_of_every_length_are_copied_and_nothing_around_them()
    {
        byte[] source = new byte[700];
        new Random(1).NextBytes(source);
        for (int length = 0; length <= 600; length++)
        {
            byte[] destination = new byte[700];
            destination.AsSpan().Fill(Untouched);
            RunCopy.Copy(source.AsSpan(7, length), destination.AsSpan(13));

            Assert.Equal(source[7..(7 + length)], destination[13..(13 + length)]);
            Assert.DoesNotContain(destination[..13], static value => value != Untouched);
            Assert.DoesNotContain(destination[(13 + length)..], static value => value != Untouched);
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(64)]
    [InlineData(200)]
    public void A_run_that_has_no_room_is_refused_before_anything_is_written(int length)
    {
        byte[] destination = new byte[length - 1];
        Assert.ThrowsAny<ArgumentException>(() => RunCopy.Copy(new byte[length], destination));
    }
}
