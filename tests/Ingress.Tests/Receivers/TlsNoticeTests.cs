using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using OrleansLb.Testing;

namespace OrleansLb.Ingress.Tests.Receivers;

public sealed class TlsNoticeTests
{
    [Theory]
    [InlineData("grpc")]
    [InlineData("http")]
    public async Task A_client_that_begins_with_TLS_is_named_once_an_hour(string transport)
    {
        var logs = new CapturedLogs();
        var time = new FakeTime();
        await using var harness = await ReceiverHarness.StartAsync(new RecordingConsumer(), time: time, loggers: logs);
        var endpoint = transport == "grpc" ? harness.Grpc : harness.Http;

        await BeginTls(endpoint);
        await BeginTls(endpoint);

        string warning = Assert.Single(logs.AboveDebug);
        Assert.Contains("TLS", warning, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", warning, StringComparison.Ordinal);
        Assert.Contains(ReceiverHarness.ComponentId, warning, StringComparison.Ordinal);

        time.Advance(TimeSpan.FromHours(1));
        await BeginTls(endpoint);
        Assert.Equal(2, logs.AboveDebug.Count());
    }

    // Ends when the server has hung up, and so has read what came.
    private static async Task BeginTls(IPEndPoint endpoint)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(endpoint);
        await using var tls = new SslStream(client.GetStream());
        await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync("localhost").WaitAsync(TimeSpan.FromSeconds(30)));
    }
}
