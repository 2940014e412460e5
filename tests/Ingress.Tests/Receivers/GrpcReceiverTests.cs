using System.Net;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Ingress.Tests.Receivers;

public sealed class GrpcReceiverTests
{
    private static readonly byte[] Request = OtlpRequests.Of(Signal.Traces, 3);
    private readonly RecordingConsumer _consumer = new();

    [Theory]
    [InlineData(Signal.Traces, "spans")]
    [InlineData(Signal.Logs, "log_records")]
    [InlineData(Signal.Metrics, "metric_points")]
    public async Task A_request_reaches_the_consumer_as_it_came(Signal signal, string items)
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        byte[] request = OtlpRequests.Of(signal, 7);
        var answer = await harness.CallAsync(signal, OtlpRequests.Frame(request));

        Assert.Equal((200, GrpcStatusCode.Ok, false), (answer.HttpStatus, answer.Code, answer.TrailersOnly));
        Assert.Equal(new byte[5], answer.Body);
        var received = Assert.Single(_consumer.Received);
        Assert.Equal((signal, 7), (received.Signal, received.Items));
        Assert.Equal(request, received.Message);
        Assert.Null(received.CompressedFrame);
        Assert.Null(received.Patience);
        Assert.Equal(
            7,
            harness.Meters.Sums[
                $"otelcol_receiver_accepted_{items}{{receiver=otlp/{ReceiverHarness.ComponentId},transport=grpc,component_path=/,component_id={ReceiverHarness.ComponentId}}}"]);
    }

    [Fact]
    public async Task A_compressed_request_is_handed_on_in_both_forms()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        byte[] frame = OtlpRequests.Frame(OtlpRequests.Gzip(Request), flag: 1);
        var answer = await harness.CallAsync(Signal.Traces, frame, ("grpc-encoding", "gzip"));

        Assert.Equal(GrpcStatusCode.Ok, answer.Code);
        var received = Assert.Single(_consumer.Received);
        Assert.Equal(Request, received.Message);
        Assert.Equal(frame, received.CompressedFrame);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("identity")]
    public async Task A_plain_message_is_taken_whatever_the_encoding(string encoding)
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        Assert.Equal(GrpcStatusCode.Ok, (await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(Request), ("grpc-encoding", encoding))).Code);
        Assert.Equal(3, _consumer.Items);
    }

    [Fact]
    public async Task A_request_without_items_succeeds_without_a_consumer()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        Assert.Equal(GrpcStatusCode.Ok, (await harness.CallAsync(Signal.Traces, OtlpRequests.Frame([]))).Code);
        Assert.Equal(GrpcStatusCode.Ok, (await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(OtlpRequests.Of(Signal.Traces, 0)))).Code);
        Assert.Empty(_consumer.Received);
    }

    [Theory]
    [InlineData("/opentelemetry.proto.collector.trace.v1.TraceService/Import")]
    [InlineData("/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export")]
    [InlineData("/")]
    [InlineData("/v1/traces")]
    public async Task An_unknown_method_is_UNIMPLEMENTED(string path)
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        var answer = await harness.CallAsync(path, new ByteArrayContent(OtlpRequests.Frame(Request)), "application/grpc", []);
        Assert.Equal((200, GrpcStatusCode.Unimplemented, true), (answer.HttpStatus, answer.Code, answer.TrailersOnly));
        Assert.Equal(1, harness.Meters.Sum("orleanslb_receiver_rejected_requests", "reason=unserved"));
    }

    [Fact]
    public async Task A_signal_without_consumers_is_UNIMPLEMENTED()
    {
        await using var harness = await ReceiverHarness.StartAsync(new SignalConsumers { Traces = [_consumer] });
        Assert.Equal(GrpcStatusCode.Unimplemented, (await harness.CallAsync(Signal.Logs, OtlpRequests.Frame(OtlpRequests.Of(Signal.Logs, 1)))).Code);
        Assert.Equal(GrpcStatusCode.Ok, (await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(Request))).Code);
    }

    [Theory]
    [InlineData("application/grpc", 200, GrpcStatusCode.Ok)]
    [InlineData("application/grpc+proto", 200, GrpcStatusCode.Ok)]
    [InlineData("application/grpc; charset=utf-8", 200, GrpcStatusCode.Ok)]
    [InlineData("Application/GRPC", 200, GrpcStatusCode.Ok)]
    [InlineData("application/grpc+json", 415, GrpcStatusCode.Internal)]
    [InlineData("application/grpc-web", 415, GrpcStatusCode.Internal)]
    [InlineData("application/x-protobuf", 415, GrpcStatusCode.Internal)]
    [InlineData(null, 415, GrpcStatusCode.Internal)]
    public async Task The_content_type_must_be_that_of_gRPC(string? contentType, int http, GrpcStatusCode code)
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        var answer = await harness.CallAsync(OtlpServices.GrpcPathOf(Signal.Traces), new ByteArrayContent(OtlpRequests.Frame(Request)), contentType, []);
        Assert.Equal((http, code), (answer.HttpStatus, answer.Code));
    }

    [Fact]
    public async Task A_method_other_than_POST_is_answered_405()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        using var content = new ByteArrayContent(OtlpRequests.Frame(Request));
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put })
        {
            var answer = await harness.CallAsync(OtlpServices.GrpcPathOf(Signal.Traces), content, "application/grpc", [], method);
            Assert.Equal((405, GrpcStatusCode.Internal), (answer.HttpStatus, answer.Code));
        }
    }

    public static TheoryData<string, byte[]> BrokenFrames => new()
    {
        { "no message", [] },
        { "a header cut short", [0, 0, 0] },
        { "a message cut short", OtlpRequests.Frame(Request)[..^1] },
        { "a header without its message", [0, 0, 0, 0, 9] },
        { "one byte more", [.. OtlpRequests.Frame(Request), 0] },
        { "two messages", [.. OtlpRequests.Frame(Request), .. OtlpRequests.Frame(Request)] },
        { "flag 2", OtlpRequests.Frame(Request, flag: 2) },
        { "flag 255", OtlpRequests.Frame(Request, flag: 255) },
        { "compressed without an encoding", OtlpRequests.Frame(OtlpRequests.Gzip(Request), flag: 1) },
    };

    [Theory]
    [MemberData(nameof(BrokenFrames))]
    public async Task Broken_framing_is_INTERNAL(string what, byte[] body)
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        var answer = await harness.CallAsync(Signal.Traces, body);
        Assert.True(answer.Code == GrpcStatusCode.Internal, $"{what}: {answer}");
        Assert.Equal(200, answer.HttpStatus);
        Assert.Empty(_consumer.Received);
        Assert.Equal(1, harness.Meters.Sum("orleanslb_receiver_rejected_requests", "reason=framing"));
    }

    [Fact]
    public async Task A_flag_of_compression_under_identity_is_INTERNAL()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        var answer = await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(OtlpRequests.Gzip(Request), flag: 1), ("grpc-encoding", "identity"));
        Assert.Equal(GrpcStatusCode.Internal, answer.Code);
    }

    [Fact]
    public async Task An_unknown_encoding_is_UNIMPLEMENTED_and_told_the_known_ones()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        var answer = await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(Request, flag: 1), ("grpc-encoding", "zstd"));
        Assert.Equal((GrpcStatusCode.Unimplemented, "identity,gzip"), (answer.Code, answer.AcceptEncoding));
    }

    [Fact]
    public async Task The_limit_on_the_wire_is_exact_and_holds_before_anything_is_buffered()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer, new GrpcListenerOptions { MaxReceiveMessageSize = Request.Length });
        Assert.Equal(GrpcStatusCode.Ok, (await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(Request))).Code);
        int rents = harness.Pool.Rents;

        var answer = await harness.CallAsync(Signal.Traces, OtlpRequests.Frame([.. Request, 0]));
        Assert.Equal(GrpcStatusCode.ResourceExhausted, answer.Code);
        Assert.Null(answer.Details);
        answer = await harness.CallAsync(Signal.Traces, [0, 0xFF, 0xFF, 0xFF, 0xFF]);
        Assert.Equal(GrpcStatusCode.ResourceExhausted, answer.Code);
        Assert.Equal(rents, harness.Pool.Rents);
        Assert.Equal(2, harness.Meters.Sum("orleanslb_receiver_rejected_requests", "reason=too_large"));
    }

    [Fact]
    public async Task A_message_far_beyond_the_window_is_refused_without_reading_it()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        var answer = await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(new byte[32 << 20]));
        Assert.Equal(GrpcStatusCode.ResourceExhausted, answer.Code);
    }

    [Fact]
    public async Task Odd_gzip_streams_have_their_defined_answers()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        byte[] gzip = OtlpRequests.Gzip(Request);
        async Task<GrpcStatusCode?> Code(byte[] message) =>
            (await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(message, flag: 1), ("grpc-encoding", "gzip"))).Code;

        Assert.Equal(GrpcStatusCode.InvalidArgument, await Code(gzip[..^3]));
        Assert.Equal(GrpcStatusCode.InvalidArgument, await Code([.. gzip, 0]));
        Assert.Equal(GrpcStatusCode.InvalidArgument, await Code(Request));
        Assert.Equal(GrpcStatusCode.InvalidArgument, await Code([]));
        Assert.Equal(GrpcStatusCode.InvalidArgument, await Code(OtlpRequests.Gzip(gzip)));
        Assert.Empty(_consumer.Received);
        Assert.Equal(GrpcStatusCode.Ok, await Code([.. gzip, .. gzip]));
        Assert.Equal(6, _consumer.Items);
    }

    [Fact]
    public async Task Bad_protobuf_is_INVALID_ARGUMENT()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        var answer = await harness.CallAsync(Signal.Traces, OtlpRequests.Frame([0x0A, 0xFF, 0x01]));
        Assert.Equal(GrpcStatusCode.InvalidArgument, answer.Code);
        Assert.Equal(1, harness.Meters.Sum("orleanslb_receiver_rejected_requests", "reason=undecodable"));
    }

    [Fact]
    public async Task A_retryable_refusal_is_UNAVAILABLE_with_its_delay()
    {
        var refusing = new RecordingConsumer(static (_, _) =>
            ValueTask.FromResult(new ConsumeResult(ConsumeStatus.Unavailable, "sending queue is full: 100 %", TimeSpan.FromMilliseconds(2500))));
        await using var harness = await ReceiverHarness.StartAsync(refusing);
        var answer = await harness.CallAsync(Signal.Logs, OtlpRequests.Frame(OtlpRequests.Of(Signal.Logs, 4)));

        Assert.Equal((200, GrpcStatusCode.Unavailable, "sending queue is full: 100 %"), (answer.HttpStatus, answer.Code, answer.Message));
        Assert.Equal(new GrpcStatus(GrpcStatusCode.Unavailable, "sending queue is full: 100 %", TimeSpan.FromMilliseconds(2500)), answer.Details);
        Assert.Equal(4, harness.Meters.Sum("otelcol_receiver_refused_log_records", "transport=grpc"));
        Assert.Equal(0, harness.Meters.Sum("otelcol_receiver_accepted_log_records"));
    }

    [Theory]
    [InlineData(ConsumeStatus.Unavailable, GrpcStatusCode.Unavailable)]
    [InlineData(ConsumeStatus.Invalid, GrpcStatusCode.InvalidArgument)]
    [InlineData(ConsumeStatus.Rejected, GrpcStatusCode.Internal)]
    public async Task A_refusal_without_a_delay_has_no_details(ConsumeStatus status, GrpcStatusCode code)
    {
        var refusing = new RecordingConsumer((_, _) => ValueTask.FromResult(new ConsumeResult(status, "größer ✗")));
        await using var harness = await ReceiverHarness.StartAsync(refusing);
        var answer = await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(Request));
        Assert.Equal((code, "größer ✗"), (answer.Code, answer.Message));
        Assert.Null(answer.Details);
    }

    [Fact]
    public async Task HTTP_1_1_is_turned_away_from_the_gRPC_port()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{harness.Grpc}{OtlpServices.GrpcPathOf(Signal.Traces)}") { Content = new ByteArrayContent(Request) };
        using var response = await harness.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(GrpcStatusCode.Ok, (await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(Request))).Code);
    }

    [Fact]
    public async Task A_call_is_served_whatever_its_te_says()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        Assert.Equal(GrpcStatusCode.Ok, (await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(Request), ("te", "gzip"))).Code);
    }

    [Fact]
    public async Task A_large_request_arrives_whole()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer, new GrpcListenerOptions { MaxReceiveMessageSize = 64 << 20 });
        byte[] request = OtlpRequests.Of(Signal.Traces, 3, bytesPerItem: 5_000_000);
        Assert.Equal(GrpcStatusCode.Ok, (await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(request))).Code);
        Assert.Equal(request, Assert.Single(_consumer.Received).Message);
    }

    [Fact]
    public async Task Concurrent_streams_do_not_mix()
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        var calls = Enumerable.Range(1, 200).Select(async items =>
        {
            byte[] request = OtlpRequests.Of(Signal.Traces, items, bytesPerItem: 100);
            bool gzip = items % 2 == 0;
            var answer = await harness.CallAsync(
                Signal.Traces, gzip ? OtlpRequests.Frame(OtlpRequests.Gzip(request), 1) : OtlpRequests.Frame(request), ("grpc-encoding", gzip ? "gzip" : "identity"));
            Assert.Equal(GrpcStatusCode.Ok, answer.Code);
        });
        await Task.WhenAll(calls);

        Assert.Equal(Enumerable.Range(1, 200), _consumer.Received.Select(record => record.Items).Order());
        foreach (var record in _consumer.Received)
            Assert.Equal(OtlpRequests.Of(Signal.Traces, record.Items, bytesPerItem: 100), record.Message);
        Assert.Equal(20_100, harness.Meters.Sum("otelcol_receiver_accepted_spans"));
    }
}
