using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Otlp.Tests.Grpc;

public sealed class GrpcTimeoutTests
{
    [Theory]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("10S", 100_000_000)]
    [InlineData("10000m", 100_000_000)]
    [InlineData("7u", 70)]
    [InlineData("100n", 1)]
    [InlineData("1n", 1)]
    [InlineData("0n", 0)]
    [InlineData("0S", 0)]
    [InlineData("99999999S", 999_999_990_000_000)]
    [InlineData("99999999M", 999_999_990_000_000)]
    [InlineData("00000001S", 10_000_000)]
    public void A_valid_timeout_is_read(string value, long ticks)
    {
        Assert.True(GrpcTimeout.TryParse(value, out var timeout));
        Assert.Equal(new TimeSpan(ticks), timeout);
    }

    [Fact]
    public void A_timeout_of_more_hours_than_a_deadline_can_be_is_cut()
    {
        Assert.True(GrpcTimeout.TryParse("99999999H", out var timeout));
        Assert.InRange(timeout, GrpcTimeout.Maximum - TimeSpan.FromHours(1), GrpcTimeout.Maximum);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1s")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData(" 1S")]
    [InlineData("1 S")]
    [InlineData("1.5S")]
    [InlineData("123456789S")]
    [InlineData("1SS")]
    public void A_malformed_timeout_is_not_read(string value) => Assert.False(GrpcTimeout.TryParse(value, out _));

    [Theory]
    [InlineData(-1, "1n")]
    [InlineData(0, "1n")]
    [InlineData(1, "1u")]
    [InlineData(11, "2u")]
    [InlineData(9_990, "999u")]
    [InlineData(9_991, "1m")]
    [InlineData(50_000_000, "5000m")]
    [InlineData(50_000_001, "5001m")]
    [InlineData(999_999_990_000, "99999999m")]
    [InlineData(1_000_000_000_000, "100000S")]
    [InlineData(long.MaxValue, "99999999S")]
    public void A_timeout_is_written(long ticks, string value) => Assert.Equal(value, GrpcTimeout.Format(new TimeSpan(ticks)));

    [Fact]
    public void What_is_written_reads_as_no_less()
    {
        var random = new Random(20_260_822);
        for (int round = 0; round < 10_000; round++)
        {
            var timeout = new TimeSpan((long)Math.Pow(10, random.NextDouble() * 14.9));
            Assert.True(GrpcTimeout.TryParse(GrpcTimeout.Format(timeout), out var read));
            Assert.InRange(read, timeout, timeout + TimeSpan.FromSeconds(1));
        }
    }
}
