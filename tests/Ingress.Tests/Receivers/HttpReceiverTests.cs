using System.Net;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Ingress.Tests.Receivers;

public sealed class HttpReceiverTests
{
    private static readonly byte[] Request = OtlpRequests.Of(Signal.Traces, 3);
    private readonly RecordingConsumer _consumer = new();

    [Fact]
    public async Task A_request_reaches_the_consumer_as_it_came()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        foreach (var signal in Enum.GetValues<Signal>())
        {
            byte[] request = OtlpRequests.Of(signal, 5);
            var answer = await harness.PostAsync(OtlpServices.HttpPathOf(signal), new ByteArrayContent(request));

            Assert.Equal((200, "application/x-protobuf"), (answer.Status, answer.ContentType));
            Assert.Empty(answer.Body);
            Assert.True(_consumer.Received.TryDequeue(out var received));
            Assert.Equal((signal, 5), (received.Signal, received.Items));
            Assert.Equal(request, received.Message);
        }

        Assert.Equal(5, harness.Meters.Sum("otelcol_receiver_accepted_metric_points", "transport=http"));
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_read_whole()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        byte[] request = OtlpRequests.Of(Signal.Logs, 3, bytesPerItem: 200_000);
        var answer = await harness.PostAsync("/v1/logs", new UnknownLengthContent(request));
        Assert.Equal(200, answer.Status);
        Assert.Equal(request, Assert.Single(_consumer.Received).Message);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    public async Task A_compressed_request_is_handed_on_in_both_forms(string encoding)
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        byte[] compressed = OtlpRequests.Gzip(Request);
        Assert.Equal(200, (await harness.PostAsync("/v1/traces", new ByteArrayContent(compressed), encoding: encoding)).Status);
        var received = Assert.Single(_consumer.Received);
        Assert.Equal(Request, received.Message);
        Assert.Equal(OtlpRequests.Frame(compressed, flag: 1), received.CompressedFrame);
    }

    [Fact]
    public async Task Identity_is_an_encoding()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        Assert.Equal(200, (await harness.PostAsync("/v1/traces", new ByteArrayContent(Request), encoding: "identity")).Status);
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip, gzip")]
    public async Task Another_encoding_is_answered_400(string encoding)
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        var answer = await harness.PostAsync("/v1/traces", new ByteArrayContent(Request), encoding: encoding);
        Assert.Equal(400, answer.Status);
        Assert.Contains(encoding, answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json", "not supported yet")]
    [InlineData("application/json; charset=utf-8", "not supported yet")]
    [InlineData("text/plain", "application/x-protobuf")]
    [InlineData("application/protobuf", "application/x-protobuf")]
    [InlineData(null, "application/x-protobuf")]
    public async Task Another_content_type_is_answered_415(string? contentType, string text)
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        var answer = await harness.PostAsync("/v1/traces", new ByteArrayContent(Request), contentType);
        Assert.Equal((415, "text/plain; charset=utf-8"), (answer.Status, answer.ContentType));
        Assert.Contains(text, answer.Text, StringComparison.Ordinal);
        Assert.Empty(_consumer.Received);
    }

    [Fact]
    public async Task Parameters_of_the_content_type_are_allowed()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        Assert.Equal(200, (await harness.PostAsync("/v1/traces", new ByteArrayContent(Request), "Application/X-Protobuf; v=1")).Status);
    }

    [Fact]
    public async Task Unknown_paths_are_404_and_other_methods_405()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        Assert.Equal(404, (await harness.PostAsync("/v1/profiles", new ByteArrayContent(Request))).Status);
        Assert.Equal(404, (await harness.PostAsync("/v1/traces/", new ByteArrayContent(Request))).Status);
        Assert.Equal(404, (await harness.PostAsync("/", new ByteArrayContent(Request))).Status);
        Assert.Equal(405, (await harness.PostAsync("/v1/traces", new ByteArrayContent(Request), method: HttpMethod.Put)).Status);
        Assert.Equal(405, (await harness.PostAsync("/v1/traces", new ByteArrayContent(Request), method: HttpMethod.Get)).Status);
        Assert.Equal(5, harness.Meters.Sum("orleanslb_receiver_rejected_requests", "reason=unserved"));
    }

    [Fact]
    public async Task Paths_can_be_configured()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer, http: new HttpListenerOptions { TracesPath = "/otlp/t" });
        Assert.Equal(200, (await harness.PostAsync("/otlp/t", new ByteArrayContent(Request))).Status);
        Assert.Equal(404, (await harness.PostAsync("/v1/traces", new ByteArrayContent(Request))).Status);
    }

    [Fact]
    public async Task A_signal_without_consumers_is_404()
    {
        await using var harness = await ReceiverHarness.StartAsync(new SignalConsumers { Logs = [_consumer] });
        Assert.Equal(404, (await harness.PostAsync("/v1/traces", new ByteArrayContent(Request))).Status);
    }

    [Fact]
    public async Task A_request_without_items_succeeds_without_a_consumer()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        Assert.Equal(200, (await harness.PostAsync("/v1/traces", new ByteArrayContent([]))).Status);
        Assert.Empty(_consumer.Received);
    }

    [Fact]
    public async Task The_limit_on_the_wire_is_413()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer, http: new HttpListenerOptions { MaxRequestBodySize = Request.Length });
        Assert.Equal(200, (await harness.PostAsync("/v1/traces", new ByteArrayContent(Request))).Status);
        Assert.Equal(200, (await harness.PostAsync("/v1/traces", new UnknownLengthContent(Request))).Status);
        byte[] longer = [.. Request, 0];
        foreach (HttpContent content in new HttpContent[] { new ByteArrayContent(longer), new UnknownLengthContent(longer) })
        {
            var answer = await harness.PostAsync("/v1/traces", content);
            Assert.Equal((413, GrpcStatusCode.ResourceExhausted), (answer.Status, answer.Details.Code));
        }

        Assert.Equal(2, harness.Meters.Sum("orleanslb_receiver_rejected_requests", "reason=too_large"));
    }

    [Fact]
    public async Task The_decompressed_limit_can_differ_from_that_on_the_wire()
    {
        var limits = new HttpListenerOptions { MaxRequestBodySize = 100_000, MaxDecompressedSize = Request.Length - 1 };
        await using var harness = await ReceiverHarness.StartAsync(_consumer, http: limits);
        Assert.Equal(413, (await harness.PostAsync("/v1/traces", new ByteArrayContent(OtlpRequests.Gzip(Request)), encoding: "gzip")).Status);
        Assert.Equal(200, (await harness.PostAsync("/v1/traces", new ByteArrayContent(Request))).Status);
    }

    [Fact]
    public async Task What_cannot_be_decoded_is_400_with_a_status()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        var answer = await harness.PostAsync("/v1/traces", new ByteArrayContent([0x0A, 0xFF, 0x01]));
        Assert.Equal((400, GrpcStatusCode.InvalidArgument), (answer.Status, answer.Details.Code));
        foreach (byte[] body in new byte[][] { OtlpRequests.Gzip(Request)[..^1], [.. OtlpRequests.Gzip(Request), 1], Request, [] })
        {
            answer = await harness.PostAsync("/v1/traces", new ByteArrayContent(body), encoding: "gzip");
            Assert.Equal((400, GrpcStatusCode.InvalidArgument), (answer.Status, answer.Details.Code));
        }

        Assert.Equal(4, harness.Meters.Sum("orleanslb_receiver_rejected_requests", "reason=corrupt_compression"));
    }

    [Theory]
    [InlineData(ConsumeStatus.Unavailable, 0.5, 503, "1")]
    [InlineData(ConsumeStatus.Unavailable, 3.0, 503, "3")]
    [InlineData(ConsumeStatus.Unavailable, null, 503, null)]
    [InlineData(ConsumeStatus.Invalid, null, 400, null)]
    [InlineData(ConsumeStatus.Rejected, null, 500, null)]
    public async Task A_refusal_has_its_status_and_delay(ConsumeStatus status, double? seconds, int http, string? retryAfter)
    {
        TimeSpan? delay = seconds is { } value ? TimeSpan.FromSeconds(value) : null;
        var refusing = new RecordingConsumer((_, _) => ValueTask.FromResult(new ConsumeResult(status, "no", delay)));
        await using var harness = await ReceiverHarness.StartAsync(refusing);
        var answer = await harness.PostAsync("/v1/traces", new ByteArrayContent(Request));

        Assert.Equal((http, retryAfter), (answer.Status, answer.RetryAfter));
        Assert.Equal(("no", delay), (answer.Details.Message, answer.Details.RetryDelay));
        Assert.Equal(3, harness.Meters.Sum("otelcol_receiver_refused_spans", "transport=http"));
    }

    private sealed class UnknownLengthContent(byte[] body) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(body.AsMemory(0, body.Length / 2));
            await stream.FlushAsync();
            await stream.WriteAsync(body.AsMemory(body.Length / 2));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
