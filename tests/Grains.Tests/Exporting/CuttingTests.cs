using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Batching;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Exporting;

/// <summary>Parts that are larger than their backend takes.</summary>
public sealed class CuttingTests
{
    private const int Limit = 1100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly int[] Large = [.. Enumerable.Range(0, 200)];

    [Theory]
    [InlineData(ContentCoding.Identity)]
    [InlineData(ContentCoding.Gzip)]
    public async Task A_part_that_is_too_large_is_cut_to_the_limit_that_the_refusal_names(ContentCoding coding)
    {
        await using var host = await Start(options => options with { Client = new ClientOptions { Compression = coding } });

        await host.Enqueue(Large);
        await host.Emptied();

        Assert.Equal(Large, Taken(host).Order());
        Assert.True(host.Backends.Taken.Count >= SizeOf(Large) / Limit);
        Assert.Equal(1, host.Metrics.Sum("orleanslb_exporter_cut_requests", "endpoint=a:1"));
        Assert.Equal(1, host.Metrics.Sum("otelcol_loadbalancer_backend_outcome", "success=false"));
        Assert.Equal(Large.Length, host.Metrics.Sum("otelcol_exporter_sent_spans"));
        Assert.Equal(0, host.Metrics.Sum("orleanslb_dropped_items"));
    }

    [Fact]
    public async Task Later_parts_are_cut_before_they_are_sent_and_small_ones_go_whole()
    {
        await using var host = await Start();
        await host.Enqueue(Large);
        await host.Emptied();

        await host.Enqueue(Large);
        await host.Emptied();
        await host.Enqueue(7);
        await host.Emptied();

        Assert.Equal(1, host.Metrics.Sum("otelcol_loadbalancer_backend_outcome", "success=false"));
        Assert.Equal(2, host.Metrics.Sum("orleanslb_exporter_cut_requests"));
        Assert.Equal([7], host.Backends.Taken.Last().Traces);
    }

    [Fact]
    public async Task After_an_hour_a_backend_is_tried_with_the_whole_again()
    {
        await using var host = await Start();
        await host.Enqueue(Large);
        await host.Emptied();
        host.Backends.Script = static _ => ExportOutcome.Delivered.Instance;

        host.Time.Advance(TimeSpan.FromHours(1));
        await host.Enqueue(Large);
        await host.Emptied();

        Assert.Equal(Large, host.Backends.Taken.Last().Traces);
    }

    [Fact]
    public async Task A_smaller_limit_cuts_the_pieces_again()
    {
        await using var host = await Start();
        await host.Enqueue(Large);
        await host.Emptied();
        int taken = host.Backends.Taken.Count;
        host.Backends.Script = static attempt => RefuseOver(attempt, 1030);

        await host.Enqueue(Large);
        await host.Emptied();

        Assert.Equal(Large, host.Backends.Taken.Skip(taken).SelectMany(static attempt => attempt.Traces).Order());
    }

    [Fact]
    public async Task A_caller_that_waits_hears_of_the_end_of_all_pieces()
    {
        await using var host = await Start(static options => options with { Queue = new QueueOptions { WaitForResult = true } });
        int pieces = 0;
        host.Backends.Script = attempt => RefuseOver(attempt, Limit) is ExportOutcome.Permanent refused ? refused
            : ++pieces == 3 ? new ExportOutcome.Permanent(GrpcStatusCode.InvalidArgument, "no") : ExportOutcome.Delivered.Instance;

        Assert.Equal(EnqueueStatus.Rejected, (await host.Enqueue(Large)).Status);
        Assert.True(pieces > 3);
        host.Backends.Script = static attempt => RefuseOver(attempt, Limit);
        Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(Large)).Status);
        await host.Emptied();
    }

    [Fact]
    public async Task With_the_queue_off_the_pieces_are_delivered_while_the_caller_waits()
    {
        await using var host = await Start(static options => options with { Queue = new QueueOptions { Enabled = false } });

        var answer = await host.Enqueue(0, Patience, Large);

        Assert.Equal(EnqueueStatus.Accepted, answer.Status);
        Assert.Equal(Large, Taken(host).Order());
        await host.Emptied();
    }

    [Fact]
    public async Task A_batch_that_is_too_large_is_taken_apart_and_what_fits_together_stays_together()
    {
        await using var host = await Start(static options => options with
        {
            Queue = new QueueOptions { Batch = new BatchOptions { MinSize = 240, MaxSize = 0, Sizer = ItemSizer.Items } },
        });
        int[][] requests = [[.. Enumerable.Range(0, 10)], [.. Enumerable.Range(10, 10)], [.. Enumerable.Range(20, 10)], [.. Enumerable.Range(30, 210)]];

        foreach (int[] request in requests)
            await host.Enqueue(request);
        await host.Emptied();

        Assert.Equal(Enumerable.Range(0, 240), Taken(host).Order());
        Assert.Equal(Enumerable.Range(0, 30), host.Backends.Taken.First().Traces);
        Assert.Equal(0, host.Metrics.Sum("orleanslb_exporter_unmerged_batches"));
    }

    [Fact]
    public async Task A_single_item_that_is_too_large_is_refused_for_good_and_the_others_arrive()
    {
        await using var host = await Start();
        host.Backends.Script = static attempt => attempt.Traces.Contains(13)
            ? new ExportOutcome.Permanent(GrpcStatusCode.ResourceExhausted, "grpc: received message larger than max (5000 vs. 1025)")
            : ExportOutcome.Delivered.Instance;

        await host.Enqueue(Large);
        await host.Emptied();

        Assert.DoesNotContain(13, Taken(host));
        double lost = host.Metrics.Sum("orleanslb_dropped_items", "reason=permanent");
        Assert.Equal(Large.Length, Taken(host).Count() + lost);
        Assert.InRange(lost, 1, 1025 / 20);
    }

    [Fact]
    public async Task A_stored_part_is_done_when_all_of_its_pieces_are()
    {
        var store = new MortalStore();
        await using (var killed = await StartStored(store))
        {
            int pieces = 0;
            killed.Backends.Script = attempt => RefuseOver(attempt, Limit) is ExportOutcome.Permanent refused ? refused
                : ++pieces == 2 ? null : ExportOutcome.Delivered.Instance;
            await killed.Enqueue(Large);
            await Eventually.Holds(() => Volatile.Read(ref pieces) == 2);
            store = store.Kill();
        }

        await using (var restarted = await StartStored(store))
        {
            restarted.Backends.Script = static attempt => RefuseOver(attempt, Limit);
            await Eventually.Holds(() => Taken(restarted).Count() == Large.Length);
            Assert.Equal(Large, Taken(restarted).Order());
            await restarted.Emptied();
            await restarted.Grain().Drain(TimeSpan.FromSeconds(5));
        }

        await using var last = await StartStored(store);
        await last.Enqueue(7);
        await last.Emptied();
        Assert.Equal([7], Taken(last));
    }

    private static IEnumerable<int> Taken(GrainHost host) => host.Backends.Taken.SelectMany(static attempt => attempt.Traces);

    private static int SizeOf(int[] traces) => TraceRequests.Of(traces.Select(TraceRequest.TraceId)).Length;

    // as grpc-go does
    private static ExportOutcome RefuseOver(Attempt attempt, int limit) => SizeOf(attempt.Traces) is var size && size > limit
        ? new ExportOutcome.Permanent(GrpcStatusCode.ResourceExhausted, $"grpc: received message after decompression larger than max ({size} vs. {limit})")
        : ExportOutcome.Delivered.Instance;

    private static async Task<GrainHost> Start(Func<LoadBalancingOptions, LoadBalancingOptions>? configure = null)
    {
        var host = await GrainHost.Start(configure);
        host.Backends.Script = static attempt => RefuseOver(attempt, Limit);
        return host;
    }

    private static Task<GrainHost> StartStored(MortalStore store) => GrainHost.Start(
        static options => options with { Queue = new QueueOptions { Storage = "store", StoreAfter = TimeSpan.Zero } }, store, static host => host.Tables.Seat((0, "a:1")));
}
