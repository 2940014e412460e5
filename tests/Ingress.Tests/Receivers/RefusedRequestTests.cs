using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Testing;

namespace OrleansLb.Ingress.Tests.Receivers;

/// <summary>A request that no backend would take is refused before anybody gets it.</summary>
public sealed class RefusedRequestTests
{
    private readonly RecordingConsumer _consumer = new();

    [Fact]
    public async Task One_ID_of_a_wrong_length_refuses_all_with_the_path_to_it()
    {
        var good = new WireMessage().Bytes(1, new byte[16]).Bytes(2, new byte[8]).Text(5, "good");
        byte[] request = Of(good, good, new WireMessage().Bytes(1, new byte[15]).Bytes(2, new byte[8]).Text(5, "bad"));
        await using var harness = await ReceiverHarness.StartAsync(_consumer);

        var grpc = await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(request));
        var http = await harness.PostAsync("/v1/traces", new ByteArrayContent(request));

        const string Path = "resource_spans[0].scope_spans[0].spans[2].trace_id: 15 bytes instead of 16 or 0";
        Assert.Equal(GrpcStatusCode.InvalidArgument, grpc.Code);
        Assert.Contains(Path, grpc.Message, StringComparison.Ordinal);
        Assert.Equal(400, http.Status);
        Assert.Contains(Path, http.Details.Message, StringComparison.Ordinal);
        Assert.Equal(2, harness.Meters.Sum("orleanslb_receiver_rejected_requests", "reason=undecodable"));
        Assert.Equal(0, harness.Meters.Sum("otelcol_receiver_accepted_spans"));
        Assert.Empty(_consumer.Received);
    }

    [Fact]
    public async Task Spans_on_the_path_of_logs_and_logs_on_that_of_spans_are_refused()
    {
        byte[] span = Of(new WireMessage().Bytes(1, new byte[16]).Bytes(2, new byte[8]).Text(5, "name").Fixed64(7, 1));
        byte[] record = Of(new WireMessage().Fixed64(1, 1).Varint(2, 9).Bytes(9, new byte[16]));
        await using var harness = await ReceiverHarness.StartAsync(_consumer);

        Assert.Equal(400, (await harness.PostAsync("/v1/logs", new ByteArrayContent(span))).Status);
        Assert.Equal(400, (await harness.PostAsync("/v1/traces", new ByteArrayContent(record))).Status);
        Assert.Equal(GrpcStatusCode.InvalidArgument, (await harness.CallAsync(Signal.Logs, OtlpRequests.Frame(span))).Code);
        Assert.Equal(GrpcStatusCode.InvalidArgument, (await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(record))).Code);
        Assert.Empty(_consumer.Received);
    }

    private static byte[] Of(params WireMessage[] items)
    {
        var scope = new WireMessage();
        foreach (var item in items)
            scope.Message(2, item);
        return new WireMessage().Message(1, new WireMessage().Message(2, scope)).Encode();
    }
}
