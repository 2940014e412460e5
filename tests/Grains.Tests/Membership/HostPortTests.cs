using System.Net;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Grains.Tests.Membership;

public sealed class HostPortTests(ITestOutputHelper output)
{
    private static readonly string[] Fragments =
    [
        "a", "B", "7", "host", "backend-1", "a_b", "_grpc", "example.org", ".", "..", "-", ":", "::", ":4317", ":0", ":65535", ":65536", ":4317 ",
        "[", "]", "[::1]", "fe80::1", "%eth0", "%", "%25", "10.0.0.1", "127.1", "0x7f.1", "256.1.1.1", "010.", "dns:///", "unix:", "http://", "@", "/",
        "?", "#", "\\", " ", "\t", "\0", ",", ";", "ü", "münchen", "\u3002", "\u00AD", "xn--mnchen-3ya", "*", "localhost", "é", "+", "~", "'",
    ];

    [Theory]
    [InlineData("backend-1:4317", "backend-1", 4317)]
    [InlineData("backend-1", "backend-1", null)]
    [InlineData(" \tbackend:1\n", "backend", 1)]
    [InlineData("a_b.c:65535", "a_b.c", 65535)]
    [InlineData("absolute.example.:1", "absolute.example.", 1)]
    [InlineData("10.0.0.1:55", "10.0.0.1", 55)]
    [InlineData("[::1]:55", "::1", 55)]
    [InlineData("[::1]", "::1", null)]
    [InlineData("::1", "::1", null)]
    [InlineData("fd00::12ab", "fd00::12ab", null)]
    [InlineData("fe80::1%eth0", "fe80::1%eth0", null)]
    [InlineData("[fe80::1%eth0]:1", "fe80::1%eth0", 1)]
    [InlineData("dns:4317", "dns", 4317)]
    [InlineData("backend.1:4317", "backend.1", 4317)]
    public void What_can_be_dialled_is_read(string text, string host, int? port)
    {
        Assert.True(HostPort.TryParseBackend(text, out var endpoint, out string? error), error);
        Assert.Equal(new HostPort(host, port), endpoint);
    }

    [Theory]
    [InlineData("", "is an empty address")]
    [InlineData("  ", "is an empty address")]
    [InlineData(":4317", "missing host")]
    [InlineData("host:", "invalid port")]
    [InlineData("host:0", "from 1 to 65535")]
    [InlineData("host:65536", "invalid port")]
    [InlineData("host:grpc", "invalid port")]
    [InlineData("host:-1", "invalid port")]
    [InlineData("user@host:1", "user")]
    [InlineData("host/path:1", "path")]
    [InlineData("host:1/path", "path")]
    [InlineData("host:1?x", "path")]
    [InlineData("two words:1", "blank")]
    [InlineData("two\u00A0words:1", "blank")]
    [InlineData("a:1,b:1", "several endpoints")]
    [InlineData("a:1,", "several endpoints")]
    [InlineData("dns:///host:4317", "scheme dns,")]
    [InlineData("dns:host", "scheme dns,")]
    [InlineData("passthrough:///host:1", "scheme passthrough,")]
    [InlineData("unix:/run/otlp.sock", "scheme unix,")]
    [InlineData("unix:otlp.sock", "scheme unix,")]
    [InlineData("https://host:1", "scheme https,")]
    [InlineData("gopher://host", "scheme gopher,")]
    [InlineData("münchen:1", "xn--")]
    [InlineData("a+b:1", "'+'")]
    [InlineData("*:4317", "'*'")]
    [InlineData("a..b:1", "no host name")]
    [InlineData("-a:1", "no host name")]
    [InlineData("127.1:1", "no IPv4 address")]
    [InlineData("010.0.0.1:1", "no IPv4 address")]
    [InlineData("256.1.1.1:1", "no IPv4 address")]
    [InlineData("1:1", "no IPv4 address")]
    [InlineData("a:b:1", "too many colons")]
    [InlineData("fd00::6:4317", "[fd00::6]:4317 or [fd00::6:4317]")]
    [InlineData("[::1", "missing ']'")]
    [InlineData("[::1]4317", "invalid address")]
    [InlineData("[1.2.3.4]:1", "no IPv6 address")]
    [InlineData("[fe80::1%]:1", "no IPv6 address")]
    public void What_can_never_be_dialled_is_refused_with_the_reason(string text, string reason)
    {
        Assert.False(HostPort.TryParseBackend(text, out _, out string? error));
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(":4317", "", 4317)]
    [InlineData("*:0", "*", 0)]
    [InlineData("[::]:1", "::", 1)]
    public void Listeners_may_take_every_address_and_any_port(string text, string host, int port)
    {
        Assert.True(HostPort.TryParseListener(text, out var endpoint, out _));
        Assert.Equal((new HostPort(host, port), text), (endpoint, endpoint.ToString()));
    }

    [Fact]
    public void A_host_of_more_than_253_characters_or_a_label_of_more_than_63_is_no_name()
    {
        string label = new('a', 63);
        Assert.True(HostPort.TryParseBackend($"{label}.{label}.{label}.{label[..61]}:1", out _, out _));
        Assert.False(HostPort.TryParseBackend($"{label}.{label}.{label}.{label[..62]}:1", out _, out _));
        Assert.False(HostPort.TryParseBackend($"{label}a:1", out _, out _));
    }

    [Fact]
    public void Whatever_is_accepted_is_dialled_at_that_host_and_port()
    {
        var random = new Random(TestSeed.Choose(output.WriteLine));
        int accepted = 0;
        for (int round = 0; round < 50_000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => Fragments[random.Next(Fragments.Length)]));
            bool isEndpoint = HostPort.TryParseBackend(text, out var endpoint, out string? error);
            var address = BackendHandler.AddressOf(text, new ClientOptions { Insecure = random.Next(2) == 0 }, out string? fault);

            Assert.True(isEndpoint == address is not null, $"'{text}': {error ?? fault}");
            Assert.True(HostPort.TryParseListener(text, out _, out _) || !isEndpoint || endpoint.Port is null, text);
            if (!isEndpoint)
            {
                Assert.False(string.IsNullOrEmpty(error), text);
                continue;
            }

            accepted++;
            Assert.Equal(
                (Canonical(endpoint.Host), endpoint.Port ?? 4317, "/", ""),
                (Canonical(address!.IdnHost), address.Port, address.PathAndQuery, address.UserInfo));
        }

        Assert.InRange(accepted, 500, 50_000);
    }

    // ::0 is ::, and names have no case
    private static string Canonical(string host)
    {
        int zone = host.IndexOf('%', StringComparison.Ordinal);
        string address = zone < 0 ? host : host[..zone];
        return (IPAddress.TryParse(address, out var parsed) ? parsed + host[address.Length..] : host).ToUpperInvariant();
    }
}
