using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansLb.Ingress.Memory;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Otlp.Memory;
using OrleansLb.Testing;

namespace OrleansLb.Ingress.Tests.Receivers;

public sealed class EndpointTests
{
    [Theory]
    [InlineData("127.0.0.1:4317", "127.0.0.1", 4317)]
    [InlineData("0.0.0.0:4317", "0.0.0.0", 4317)]
    [InlineData("localhost:0", "localhost", 0)]
    [InlineData(":4317", "", 4317)]
    [InlineData("*:4317", "*", 4317)]
    [InlineData("[::]:65535", "::", 65535)]
    [InlineData("[::1]:1", "::1", 1)]
    [InlineData("collector.example:4317", "collector.example", 4317)]
    public void An_endpoint_is_read(string text, string host, int port)
    {
        Assert.True(ListenEndpoint.TryParse(text, out var endpoint));
        Assert.Equal(new ListenEndpoint(host, port), endpoint);
        Assert.Equal(text, endpoint.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("localhost:")]
    [InlineData("localhost:http")]
    [InlineData("localhost:-1")]
    [InlineData("localhost:65536")]
    [InlineData("::1:4317")]
    [InlineData("[::1]")]
    [InlineData("[::1:4317")]
    [InlineData("[1.2.3.4]:4317")]
    [InlineData("http://localhost:4317")]
    public void What_is_no_endpoint_is_not_read(string? text) => Assert.False(ListenEndpoint.TryParse(text, out _));

    [Theory]
    [InlineData("0.0.0.0:1", "127.0.0.1:1")]
    [InlineData("[::]:1", "localhost:1")]
    [InlineData(":1", "localhost:1")]
    [InlineData("*:1", "localhost:1")]
    [InlineData("127.0.0.2:1", "127.0.0.2:1")]
    [InlineData("[::1]:1", "[::1]:1")]
    [InlineData("localhost:1", "localhost:1")]
    public void Only_endpoints_that_name_every_address_are_moved_to_loopback(string text, string moved)
    {
        Assert.True(ListenEndpoint.TryParse(text, out var endpoint));
        Assert.Equal(moved, endpoint.OnLoopback().ToString());
    }

    [Theory]
    [InlineData("127.0.0.1:0")]
    [InlineData("localhost:0")]
    [InlineData("0.0.0.0:0")]
    [InlineData("[::]:0")]
    [InlineData(":0")]
    public async Task A_free_port_is_chosen_and_told(string endpoint)
    {
        await using var receiver = Receiver(endpoint);
        await receiver.StartAsync();
        var bound = Assert.Single(receiver.BoundEndpoints);
        Assert.Equal(("grpc", IPAddress.Loopback), (bound.Transport, bound.Address.Address));
        using var client = new TcpClient();
        await client.ConnectAsync(bound.Address);
    }

    [Fact]
    public async Task Localhost_is_every_loopback_address()
    {
        int port = FreePort();
        await using var receiver = Receiver($"localhost:{port}");
        await receiver.StartAsync();
        Assert.Contains(receiver.BoundEndpoints, bound => bound.Address.Port == port);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        if (Socket.OSSupportsIPv6)
        {
            using var other = new TcpClient(AddressFamily.InterNetworkV6);
            await other.ConnectAsync(IPAddress.IPv6Loopback, port);
        }
    }

    [Fact]
    public async Task A_port_in_use_is_an_error_that_leaves_nothing_running()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await using var receiver = Receiver("127.0.0.1:0", $"127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}");
        var fault = await Assert.ThrowsAnyAsync<IOException>(() => receiver.StartAsync());
        Assert.Contains("in use", fault.Message, StringComparison.Ordinal);
        Assert.Empty(receiver.BoundEndpoints);
    }

    [Fact]
    public async Task A_malformed_endpoint_is_an_error_that_names_it()
    {
        await using var receiver = Receiver("nonsense");
        var fault = await Assert.ThrowsAsync<FormatException>(() => receiver.StartAsync());
        Assert.Contains("\"nonsense\"", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_without_listeners_idles()
    {
        await using var receiver = Receiver(null);
        await receiver.StartAsync();
        Assert.Empty(receiver.BoundEndpoints);
        await receiver.StopAsync();
    }

    private static OtlpReceiver Receiver(string? grpc, string? http = null)
    {
        var options = new OtlpReceiverOptions
        {
            ComponentId = "otelcol.receiver.otlp.test",
            Grpc = grpc is null ? null : new GrpcListenerOptions { Endpoint = grpc },
            Http = http is null ? null : new HttpListenerOptions { Endpoint = http },
        };
        var meters = new TestMeters();
        var gate = new MemoryGate(MemoryBudget.Unlimited(), meters, TimeProvider.System);
        return new OtlpReceiver(options, new SignalConsumers(), new DebugPayloadPool(), gate, meters, NullLoggerFactory.Instance, TimeProvider.System, loopbackOnly: true);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
