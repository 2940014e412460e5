using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Batching;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Grains.Tests.Exporting;

public sealed class BatchTests(ITestOutputHelper output)
{
    private static readonly ExportOutcome Refused = new ExportOutcome.Permanent(GrpcStatusCode.InvalidArgument, "poison");
    private static readonly TimeSpan FlushTimeout = new BatchOptions().FlushTimeout;

    [Fact]
    public async Task Parts_are_merged_until_there_is_enough()
    {
        await using var host = await Start(min: 4);

        await host.Enqueue(1);
        await host.Enqueue(2, 3);
        await host.Enqueue(4);
        await host.Emptied();

        Assert.Equal([1, 2, 3, 4], Assert.Single(host.Backends.Taken).Traces);
        Assert.Equal(4, host.Metrics.Sum("otelcol_exporter_sent_spans"));
    }

    [Fact]
    public async Task What_is_too_little_is_sent_when_its_first_part_has_waited_long_enough()
    {
        await using var host = await Start(min: 100);

        await host.Enqueue(1);
        await host.BackingOff(FlushTimeout);
        host.Time.Advance(FlushTimeout / 2);
        await host.Enqueue(2);
        Assert.False(host.Backends.HasNext);
        host.Time.Advance(FlushTimeout / 2);

        var attempt = await host.Backends.Next();
        Assert.Equal([1, 2], attempt.Traces);
        await host.Emptied();
    }

    [Fact]
    public async Task What_is_too_much_is_cut_and_the_rest_waits_for_more()
    {
        await using var host = await Start(min: 3, max: 3);

        await host.Enqueue(1, 2);
        await host.Enqueue(3, 4, 5, 6, 7);
        await Eventually.Holds(() => host.Backends.Taken.Count == 2);
        Assert.Equal([[1, 2, 3], [4, 5, 6]], host.Backends.Taken.Select(static attempt => attempt.Traces).OrderBy(static traces => traces[0]));
        await host.Enqueue(8, 9);
        await host.Emptied();

        Assert.Equal([7, 8, 9], host.Backends.Taken.Last().Traces);
    }

    [Fact]
    public async Task Sizes_may_be_bytes()
    {
        var sample = TraceRequest.Of(OrleansLb.Otlp.Memory.PayloadPool.Shared, 1);
        int bytes = sample.Payload.Length;
        sample.Payload.Release();
        await using var host = await Start(min: 2 * bytes, max: 2 * bytes, sizer: ItemSizer.Bytes);

        await host.Enqueue(1);
        await host.Enqueue(2);
        await host.Emptied();

        Assert.Equal([1, 2], Assert.Single(host.Backends.Taken).Traces);
    }

    [Fact]
    public async Task Batches_are_compressed_once_they_are_merged()
    {
        await using var host = await Start(min: 2, configure: static options => options with { Client = new ClientOptions { Compression = ContentCoding.Gzip } });

        await host.Enqueue(1);
        await host.Enqueue(2);
        await host.Emptied();

        var attempt = Assert.Single(host.Backends.Taken);
        Assert.Equal(ContentCoding.Gzip, attempt.Coding);
        Assert.Equal([1, 2], attempt.Traces);
    }

    [Fact]
    public async Task Signals_are_not_mixed()
    {
        await using var host = await Start(min: 2);
        await host.Enqueue(1);
        var logs = TraceRequest.Of(host.Pool, 2) with { Signal = Signal.Logs };
        await host.Grain().Enqueue(logs, new EnqueueTerms());
        logs.Payload.Release();
        await host.BackingOff(FlushTimeout);
        host.Time.Advance(FlushTimeout);

        await host.Emptied();

        Assert.Equal([[1], [2]], host.Backends.Taken.Select(static attempt => attempt.Traces).OrderBy(static traces => traces[0]));
    }

    [Fact]
    public async Task No_more_batches_are_on_their_way_than_there_are_consumers()
    {
        await using var host = await Start(min: 2, max: 2, consumers: 2);
        host.Backends.Script = static _ => null;
        await host.Enqueue(1, 2, 3, 4, 5, 6);

        Attempt[] underWay = [await host.Backends.Next(), await host.Backends.Next()];

        Assert.False(host.Backends.HasNext);
        host.Backends.Script = static _ => ExportOutcome.Delivered.Instance;
        foreach (var attempt in underWay)
            attempt.Deliver();
        await host.Emptied();
        Assert.Equal([1, 2, 3, 4, 5, 6], host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
    }

    [Fact]
    public async Task A_caller_hears_the_result_when_all_pieces_of_its_part_are_done()
    {
        await using var host = await Start(min: 2, max: 2, waits: true);
        host.Backends.Script = static _ => null;

        var answer = host.Enqueue(1, 2, 3, 4);
        var first = await host.Backends.Next();
        var second = await host.Backends.Next();
        first.Deliver();
        await Eventually.Holds(() => host.Backends.Taken.Count == 1);
        Assert.False(answer.IsCompleted);
        Assert.Equal(1, host.Metrics.Gauge("otelcol_exporter_queue_size").Single().Value);
        second.Deliver();

        Assert.Equal(EnqueueStatus.Accepted, (await answer).Status);
        await host.Emptied();
    }

    [Fact]
    public async Task A_failed_piece_decides_the_result_of_its_part()
    {
        await using var host = await Start(min: 2, max: 2, waits: true);
        host.Backends.Script = static attempt => attempt.Traces is [3, 4] ? Refused : ExportOutcome.Delivered.Instance;

        Assert.Equal(EnqueueStatus.Rejected, (await host.Enqueue(1, 2, 3, 4)).Status);
        Assert.Equal(EnqueueStatus.Accepted, (await host.Enqueue(5, 6)).Status);

        Assert.Equal([1, 2, 5, 6], host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
    }

    [Theory]
    [InlineData(ContentCoding.Identity)]
    [InlineData(ContentCoding.Gzip)]
    public async Task A_refused_batch_is_sent_again_part_by_part_so_that_only_the_guilty_loses(ContentCoding coding)
    {
        await using var host = await Start(
            min: 4, waits: true, configure: options => options with { Client = new ClientOptions { Compression = coding } });
        host.Backends.Script = static attempt => attempt.Traces.Contains(13) ? Refused : ExportOutcome.Delivered.Instance;

        Task<EnqueueOutcome>[] answers = [host.Enqueue(1, 2), host.Enqueue(13), host.Enqueue(3)];

        Assert.Equal(
            [EnqueueStatus.Accepted, EnqueueStatus.Rejected, EnqueueStatus.Accepted], (await Task.WhenAll(answers)).Select(static answer => answer.Status));
        Assert.Equal([1, 2, 3], host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        Assert.Equal(1, host.Metrics.Sum("orleanslb_exporter_unmerged_batches", "endpoint=a:1"));
        Assert.Equal(1, host.Metrics.Sum("otelcol_exporter_send_failed_spans"));
    }

    [Fact]
    public async Task What_every_part_would_be_refused_for_is_not_sent_again()
    {
        await using var host = await Start(min: 2);
        host.Backends.Script = static _ => new ExportOutcome.Permanent(GrpcStatusCode.PermissionDenied, "no");

        await host.Enqueue(1);
        await host.Enqueue(2);
        await host.Emptied();

        await host.Backends.Next();
        Assert.False(host.Backends.HasNext);
        Assert.Equal(2, host.Metrics.Sum("orleanslb_dropped_items", "reason=permanent"));
    }

    [Fact]
    public async Task A_batch_is_tried_again_as_a_whole()
    {
        await using var host = await Start(min: 2);
        host.Backends.Script = static _ => null;
        await host.Enqueue(1);
        await host.Enqueue(2);
        (await host.Backends.Next()).Answer(new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "later"));
        await host.BackingOff(TimeSpan.FromSeconds(5));

        host.Time.Advance(TimeSpan.FromSeconds(5));
        (await host.Backends.Next()).Deliver();
        await host.Emptied();

        Assert.Equal([1, 2], Assert.Single(host.Backends.Taken).Traces);
    }

    [Fact]
    public async Task A_drain_flushes_what_waits()
    {
        await using var host = await Start(min: 100);
        await host.Enqueue(1);
        await host.Enqueue(2);

        var report = await host.Grain().Drain(TimeSpan.FromSeconds(5));

        Assert.Equal(0, report.Requests);
        Assert.Equal([1, 2], host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
    }

    [Fact]
    public async Task A_drain_that_ends_undone_reports_the_parts_of_the_batches()
    {
        await using var host = await Start(min: 2);
        host.Backends.Script = static _ => null;
        await host.Enqueue(1);
        await host.Enqueue(2, 3);
        await host.Backends.Next();

        var drain = host.Grain().Drain(TimeSpan.FromSeconds(2));
        await host.BackingOff(TimeSpan.FromSeconds(2));
        host.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((2, 3), ((await drain).Requests, (await drain).Items));
        Assert.Equal(3, host.Metrics.Sum("orleanslb_dropped_items", "reason=shutdown"));
    }

    [Fact]
    public async Task A_batch_of_a_seat_that_is_vacated_is_dealt_out()
    {
        await using var host = await Start(min: 64, waits: true);
        host.Tables.Seat((0, "a:1"), (1, "b:1"), (2, "c:1"));
        host.Backends.Script = static attempt => attempt.Endpoint == "a:1" ? new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "gone") : ExportOutcome.Delivered.Instance;
        int[] traces = [.. Enumerable.Range(1, 64)];
        var answers = traces.Chunk(8).Select(chunk => host.Enqueue(chunk)).ToArray();
        await host.BackingOff(TimeSpan.FromSeconds(5));

        host.Tables.Seat((1, "b:1"), (2, "c:1"));
        await Eventually.Holds(() =>
        {
            host.Time.Advance(FlushTimeout);
            return Array.TrueForAll(answers, static answer => answer.IsCompleted);
        });

        Assert.All(await Task.WhenAll(answers), static answer => Assert.Equal(EnqueueStatus.Accepted, answer.Status));
        Assert.Equal(traces, host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        await host.Emptied();
    }

    [Fact]
    public async Task Whatever_the_sizes_each_span_arrives_once_and_no_batch_is_too_large()
    {
        var random = new Random(TestSeed.Choose(output.WriteLine));
        for (int round = 0; round < 20; round++)
        {
            int min = random.Next(1, 20);
            int max = random.Next(2) == 0 ? 0 : min + random.Next(10);
            await using var host = await Start(min, max, consumers: random.Next(1, 4));
            int sent = 0;
            for (int i = 0; i < 30; i++)
            {
                int count = random.Next(1, 40);
                await host.Enqueue([.. Enumerable.Range(sent, count)]);
                sent += count;
            }

            await Eventually.Holds(() =>
            {
                host.Time.Advance(FlushTimeout);
                return host.Metrics.Gauge("otelcol_exporter_queue_size").Values.Sum() == 0;
            });

            Assert.Equal(Enumerable.Range(0, sent), host.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
            Assert.All(host.Backends.Taken, attempt => Assert.True(max == 0 || attempt.Traces.Length <= max));
        }
    }

    private static Task<GrainHost> Start(
        int min,
        int max = 0,
        int consumers = 10,
        bool waits = false,
        ItemSizer sizer = ItemSizer.Items,
        Func<LoadBalancingOptions, LoadBalancingOptions>? configure = null) => GrainHost.Start(options => (configure?.Invoke(options) ?? options) with
        {
            Queue = new QueueOptions
            {
                Consumers = consumers,
                WaitForResult = waits,
                Batch = new BatchOptions { MinSize = min, MaxSize = max, Sizer = sizer },
            },
        });
}
