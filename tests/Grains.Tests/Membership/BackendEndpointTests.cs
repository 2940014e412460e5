using System.Net;
using OrleansLb.Grains.Membership;

namespace OrleansLb.Grains.Tests.Membership;

public sealed class BackendEndpointTests
{
    [Theory]
    [InlineData("backend-1", "backend-1:4317")]
    [InlineData("backend-1:55", "backend-1:55")]
    [InlineData("10.0.0.1", "10.0.0.1:4317")]
    [InlineData("[::1]", "[::1]:4317")]
    [InlineData("[::1]:55", "[::1]:55")]
    [InlineData("fd00::6", "[fd00::6]:4317")]
    [InlineData("fe80::1%nowhere0", "[fe80::1%nowhere0]:4317")]
    [InlineData("http://backend", "http://backend")]
    [InlineData("", "")]
    public void The_port_of_OTLP_is_added_where_none_is_named(string endpoint, string dialled) =>
        Assert.Equal(dialled, BackendEndpoint.WithDefaultPort(endpoint));

    [Theory]
    [InlineData("1.2.3.4", "4317", "1.2.3.4:4317")]
    [InlineData("1.2.3.4", "", "1.2.3.4")]
    [InlineData("::1", "4317", "[::1]:4317")]
    [InlineData("::1", "", "[::1]")]
    [InlineData("fe80::1%3", "4317", "[fe80::1%3]:4317")]
    public void Addresses_become_endpoints(string address, string port, string endpoint) =>
        Assert.Equal(endpoint, BackendEndpoint.Of(IPAddress.Parse(address), port));

    [Fact]
    public void Endpoints_are_ordered_by_their_bytes()
    {
        string[] sorted = ["", "a", "a:1", "aa", "b", "backend-10:4317", "backend-1:4317", "ü", "\uFFFD", "\U0001F600", "\U0001F600a"];
        Assert.Equal(sorted, sorted.Reverse().Order(BackendOrder.Instance));
    }
}
