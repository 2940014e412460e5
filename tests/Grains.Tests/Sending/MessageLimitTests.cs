using OrleansLb.Grains.Sending;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Grains.Tests.Sending;

public sealed class MessageLimitTests
{
    private const int Size = 8_004_752;

    [Theory]
    [InlineData("grpc: received message larger than max (8004752 vs. 4194304)")]
    [InlineData("grpc: received message after decompression larger than max (8004752 vs. 4194304)")]
    [InlineData("grpc: received message after decompression larger than max 4194304")]
    [InlineData("grpc: message after decompression larger than max (4194305 vs. 4194304)")]
    [InlineData("SERVER: Received message larger than max (8004752 vs. 4194304)")]
    [InlineData("Received message larger than max (8004752 vs 4194304)")]
    [InlineData("gRPC message exceeds maximum size 4194304: 8004752")]
    [InlineData("Decompressed gRPC message exceeds maximum size 4194304")]
    [InlineData("Error, decoded message length too large: found 8004752 bytes, the limit is: 4194304 bytes")]
    [InlineData("the request of 8004752 bytes or more is larger than 4194304 bytes")]
    public void The_limit_is_read_from_what_servers_say(string message)
    {
        Assert.Equal(4_194_304, MessageLimit.Of(new ExportOutcome.Permanent(GrpcStatusCode.ResourceExhausted, message + MessageLimit.Advice), Size));
        Assert.Equal(4_194_304, MessageLimit.Of(new ExportOutcome.Retryable(GrpcStatusCode.OutOfRange, message), Size));
    }

    [Theory]
    [InlineData("Received message exceeds the maximum configured message size.")]
    [InlineData("quota of 5000 used up")]
    [InlineData("rate limit (5000 bytes) exceeded, request too large")]
    [InlineData("grpc: received message larger than max (8004752 vs. 99999999)")]
    [InlineData("message larger than max (8004752 vs. 99999999999999999999)")]
    [InlineData("exceeds 100")]
    [InlineData("")]
    public void What_names_no_limit_of_messages_yields_none(string message) =>
        Assert.Null(MessageLimit.Of(new ExportOutcome.Permanent(GrpcStatusCode.ResourceExhausted, message), Size));

    [Fact]
    public void Other_refusals_yield_none()
    {
        const string Words = "grpc: received message larger than max (8004752 vs. 4194304)";

        Assert.Null(MessageLimit.Of(new ExportOutcome.Permanent(GrpcStatusCode.InvalidArgument, Words), Size));
        Assert.Null(MessageLimit.Of(new ExportOutcome.Retryable(GrpcStatusCode.ResourceExhausted, Words, TimeSpan.FromSeconds(1)), Size));
        Assert.Null(MessageLimit.Of(ExportOutcome.Delivered.Instance, Size));
        Assert.Null(MessageLimit.Of(null, Size));
    }

    [Theory]
    [InlineData("Received message exceeds the maximum configured message size.")]
    [InlineData("grpc: received message larger than max (8004752 vs. 4194304)")]
    public async Task A_refusal_for_its_size_says_what_to_set(string message)
    {
        await using var backend = await MockBackend.Start(context => Answer.TrailersOnly(context, new GrpcStatus(GrpcStatusCode.ResourceExhausted, message)));

        Assert.Equal(message + MessageLimit.Advice, Assert.IsType<ExportOutcome.Permanent>(await Send(backend)).Message);
    }

    [Fact]
    public async Task So_does_that_of_a_proxy()
    {
        await using var backend = await MockBackend.Start(static context => Answer.Http(context, 413, "text/html"));

        var refused = Assert.IsType<ExportOutcome.Permanent>(await Send(backend));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, refused.Code);
        Assert.Contains("(HTTP 413, text/html): a proxy takes no request as large as this; cut with batch { max_size, ", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<ExportOutcome> Send(MockBackend backend)
    {
        var options = new OrleansLb.Grains.Options.ClientOptions { Insecure = true };
        using var client = new OtlpClient(BackendHandler.AddressOf(backend.Endpoint, options, out _)!, options, TimeProvider.System);
        return await client.Export(OrleansLb.Otlp.Signal.Traces, OrleansLb.Otlp.Memory.Payload.CopyOf("a request"u8), TimeSpan.FromSeconds(20), default);
    }
}
