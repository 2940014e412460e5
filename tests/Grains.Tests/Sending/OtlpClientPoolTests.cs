using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Tests.Sending;

public sealed class OtlpClientPoolTests
{
    private static readonly ClientOptions Plain = new() { Insecure = true };
    private static readonly Payload Request = Payload.CopyOf("a request"u8);

    [Fact]
    public async Task Holders_of_the_same_backend_share_its_connection()
    {
        await using var backend = await MockBackend.Start(Answer.Ok);
        using var pool = new OtlpClientPool(TimeProvider.System);
        using var one = pool.Rent(backend.Endpoint, Plain);
        using var two = pool.Rent(backend.Endpoint, Plain with { });

        await one.Export(Signal.Traces, Request, TimeSpan.Zero, default);
        await two.Export(Signal.Logs, Request, TimeSpan.Zero, default);

        Assert.Equal(1, pool.Count);
        Assert.Single(backend.Calls.Select(static call => call.ConnectionId).Distinct());
    }

    [Fact]
    public void Another_way_to_talk_needs_another_client()
    {
        using var pool = new OtlpClientPool(TimeProvider.System);
        using var plain = pool.Rent("127.0.0.1:1", Plain);
        using var secure = pool.Rent("127.0.0.1:1", new ClientOptions());

        Assert.Equal(2, pool.Count);
    }

    [Fact]
    public void The_last_holder_closes_the_connections()
    {
        using var pool = new OtlpClientPool(TimeProvider.System);
        var one = pool.Rent("127.0.0.1:1", Plain);
        var two = pool.Rent("127.0.0.1:1", Plain);

        one.Dispose();
        one.Dispose();
        Assert.Equal(1, pool.Count);
        two.Dispose();

        Assert.Equal(0, pool.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("host:port")]
    [InlineData("a b:4317")]
    [InlineData("host:4317/path")]
    public async Task An_endpoint_that_cannot_be_dialled_is_a_retryable_outcome(string endpoint)
    {
        using var pool = new OtlpClientPool(TimeProvider.System);
        using var client = pool.Rent(endpoint, Plain);

        Assert.IsType<ExportOutcome.Retryable>(await client.Export(Signal.Traces, Request, TimeSpan.Zero, default));
    }
}
