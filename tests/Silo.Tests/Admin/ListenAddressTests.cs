using OrleansLb.Silo.Admin;

namespace OrleansLb.Silo.Tests.Admin;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:12345", "127.0.0.1:12345")]
    [InlineData("localhost:0", "127.0.0.1:0")]
    [InlineData(":8080", "[::]:8080")]
    [InlineData("[::1]:1", "[::1]:1")]
    [InlineData("0.0.0.0:65535", "0.0.0.0:65535")]
    public void Addresses_are_read_as_Go_reads_them(string text, string expected)
    {
        Assert.True(ListenAddress.TryParse(text, out var endpoint));
        Assert.Equal(expected, endpoint.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("::1:80")]
    [InlineData("example:80")]
    public void What_is_no_address_is_refused(string text) => Assert.False(ListenAddress.TryParse(text, out _));
}
