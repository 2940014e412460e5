using OrleansLb.Ingress.Receivers;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Ingress.Tests.Receivers;

/// <summary>What a bomb costs shows in the allocations of the whole process, so nothing else runs beside these tests.</summary>
[Collection(nameof(GzipBombTests))]
[CollectionDefinition(nameof(GzipBombTests), DisableParallelization = true)]
public sealed class GzipBombTests
{
    private readonly RecordingConsumer _consumer = new();

    [Fact]
    public async Task A_bomb_over_grpc_is_RESOURCE_EXHAUSTED_without_a_delay_and_costs_bounded_memory()
    {
        const int limit = 1 << 20;
        await using var harness = await ReceiverHarness.StartAsync(_consumer, new GrpcListenerOptions { MaxDecompressedSize = limit });
        byte[] bomb = OtlpRequests.Frame(OtlpRequests.Bomb(256 << 20), flag: 1);
        await harness.CallAsync(Signal.Traces, bomb, ("grpc-encoding", "gzip"));

        long before = GC.GetTotalAllocatedBytes(precise: true);
        var answer = await harness.CallAsync(Signal.Traces, bomb, ("grpc-encoding", "gzip"));
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.Equal(GrpcStatusCode.ResourceExhausted, answer.Code);
        Assert.Null(answer.Details);
        // the debug pool allocates what it rents: the bomb itself, and buffers that double up to the limit
        Assert.InRange(allocated, 0, bomb.Length + (6L * limit));
        Assert.Equal(2, harness.Meters.Sum("orleanslb_receiver_rejected_requests", "reason=decompressed_too_large"));
    }

    [Fact]
    public async Task A_bomb_over_http_is_413_and_costs_bounded_memory()
    {
        const int limit = 1 << 20;
        await using var harness = await ReceiverHarness.StartAsync(_consumer, http: new HttpListenerOptions { MaxRequestBodySize = limit });
        byte[] bomb = OtlpRequests.Bomb(256 << 20);
        await harness.PostAsync("/v1/traces", new ByteArrayContent(bomb), encoding: "gzip");

        long before = GC.GetTotalAllocatedBytes(precise: true);
        var answer = await harness.PostAsync("/v1/traces", new ByteArrayContent(bomb), encoding: "gzip");
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.Equal((413, GrpcStatusCode.ResourceExhausted), (answer.Status, answer.Details.Code));
        Assert.InRange(allocated, 0, bomb.Length + (6L * limit));
    }
}
