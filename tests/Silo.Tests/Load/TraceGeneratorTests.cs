using OrleansLb.Otlp;
using OrleansLb.Otlp.Wire;
using OrleansLb.Silo.Load;
using OrleansLb.Silo.Sink;
using OrleansLb.Silo.Tests.Sink;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Silo.Tests.Load;

public sealed class TraceGeneratorTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_trace_arrives_whole_even_when_it_is_spread_over_requests(int requestsPerTrace)
    {
        await using var sink = await RunningSink.StartAsync(new SinkOptions { TrackTraces = true });
        using var load = new TraceGenerator(
            new TraceLoadOptions { Target = sink.Ready.Endpoints[0], SpansPerRequest = 100, RequestsPerTrace = requestsPerTrace, Concurrency = 4, Connections = 2 },
            TimeProvider.System);

        await load.RunAsync(12, CancellationToken.None);

        var traces = await sink.TracesAsync();
        Assert.Equal(12 * 100, load.Counters.Spans);
        Assert.Equal(12 * 10, load.Counters.Traces);
        Assert.Equal(load.Counters.Spans, (await sink.StatsAsync()).GetProperty("spans").GetInt64());
        Assert.Equal(load.Counters.Traces, traces.Count);
        Assert.All(traces.Values, spans => Assert.Equal(10, spans));
    }

    [Fact]
    public async Task Traces_that_live_for_a_while_are_under_way_together_and_arrive_whole()
    {
        await using var sink = await RunningSink.StartAsync(new SinkOptions { TrackTraces = true });
        var ranges = new System.Collections.Concurrent.ConcurrentBag<TraceRange>();
        using var load = new TraceGenerator(
            new TraceLoadOptions
            {
                Target = sink.Ready.Endpoints[0],
                SpansPerRequest = 100,
                RequestsPerTrace = 5,
                TraceLifetime = TimeSpan.FromHours(1),
                Concurrency = 1,
                Sent = ranges.Add,
            },
            TimeProvider.System);

        // what was begun is sent to its end without waiting for the hour
        await load.RunAsync(50, CancellationToken.None);

        var traces = await sink.TracesAsync();
        Assert.Equal((50 * 100, 50 * 10), (load.Counters.Spans, load.Counters.Traces));
        Assert.Equal(load.Counters.Traces, traces.Count);
        Assert.All(traces.Values, spans => Assert.Equal(10, spans));
        Assert.True(ranges.Max(static range => range.Begun) < ranges.Min(static range => range.Ended), "the traces did not overlap");
    }

    [Fact]
    public void Compressed_requests_cannot_live_for_a_while() => Assert.Throws<ArgumentException>(static () => new TraceGenerator(
        new TraceLoadOptions { Target = "127.0.0.1:1", Compression = ContentCoding.Gzip, TraceLifetime = TimeSpan.FromSeconds(1) }, TimeProvider.System));

    [Fact]
    public async Task Gzipped_requests_count_like_plain_ones()
    {
        await using var sink = await RunningSink.StartAsync(new SinkOptions());
        using var load = new TraceGenerator(
            new TraceLoadOptions { Target = sink.Ready.Endpoints[0], SpansPerRequest = 100, Concurrency = 2, Compression = ContentCoding.Gzip },
            TimeProvider.System);

        await load.RunAsync(6, CancellationToken.None);

        var stats = await sink.StatsAsync();
        Assert.Equal(600, stats.GetProperty("spans").GetInt64());
        Assert.Equal(load.Counters.Bytes - 6 * 5, stats.GetProperty("bytes").GetInt64());
    }

    [Fact]
    public async Task Stops_between_traces_when_asked()
    {
        await using var sink = await RunningSink.StartAsync(new SinkOptions { TrackTraces = true });
        using var load = new TraceGenerator(
            new TraceLoadOptions { Target = sink.Ready.Endpoints[0], SpansPerRequest = 100, RequestsPerTrace = 2 }, TimeProvider.System);
        using var stop = new CancellationTokenSource();

        var run = load.RunAsync(null, stop.Token);
        while (load.Counters.Requests < 10 && !run.IsCompleted)
            await Task.Yield();
        await stop.CancelAsync();
        await run;

        Assert.Equal(load.Counters.Spans, (await sink.StatsAsync()).GetProperty("spans").GetInt64());
        Assert.All((await sink.TracesAsync()).Values, spans => Assert.Equal(10, spans));
    }

    [Fact]
    public async Task A_request_that_nobody_answers_is_repeated_until_it_is_given_up()
    {
        using var load = new TraceGenerator(
            new TraceLoadOptions { Target = "127.0.0.1:1", SpansPerRequest = 100, Concurrency = 1, RetryDelay = TimeSpan.Zero }, TimeProvider.System);
        using var abort = new CancellationTokenSource();

        var run = load.RunAsync(1, CancellationToken.None, abort.Token);
        while (load.Counters.Retries < 3 && !run.IsCompleted)
            await Task.Yield();
        await abort.CancelAsync();
        await run;

        Assert.Equal((0, 100), (load.Counters.Spans, load.Counters.RejectedSpans));
    }

    [Fact]
    public async Task A_worker_whose_target_does_not_answer_goes_on_at_the_next()
    {
        await using var sink = await RunningSink.StartAsync(new SinkOptions { TrackTraces = true });
        using var load = new TraceGenerator(
            new TraceLoadOptions
            {
                Target = "127.0.0.1:1",
                MoreTargets = [sink.Ready.Endpoints[0]],
                SpansPerRequest = 100,
                Concurrency = 4,
                RetryDelay = TimeSpan.Zero,
            },
            TimeProvider.System);

        await load.RunAsync(12, CancellationToken.None);

        // of four workers two began at the target that is not there
        Assert.Equal((1200, 200, 2), (load.Counters.Spans, load.Counters.UnansweredSpans, load.Counters.Retries));
        Assert.Equal(1200, (await sink.StatsAsync()).GetProperty("spans").GetInt64());
        Assert.True(load.Counters.LongestWait > TimeSpan.Zero);
    }

    [Theory]
    [InlineData(true, 7000)] // what the receiver asks for
    [InlineData(false, 50)] // its own
    public async Task A_refused_request_is_sent_again_after_the_delay(bool heeds, int milliseconds)
    {
        await using var receiver = await RefusingReceiver.StartAsync(TimeSpan.FromSeconds(7));
        var time = new FakeTime();
        var options = new TraceLoadOptions { Target = receiver.Endpoint, SpansPerRequest = 100, Concurrency = 1, HeedsRetryInfo = heeds };
        using var load = new TraceGenerator(options, time);

        var run = load.RunAsync(1, CancellationToken.None);
        await time.TimerArmed(TimeSpan.FromMilliseconds(milliseconds));
        Assert.Equal((1, 1L), (receiver.Attempts, load.Counters.Retries));
        time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        await run;

        Assert.Equal((2, 100L), (receiver.Attempts, load.Counters.Spans));
    }

    [Fact]
    public async Task A_refusal_that_names_no_delay_is_repeated_after_the_own_one()
    {
        await using var receiver = await RefusingReceiver.StartAsync(delay: null);
        var time = new FakeTime();
        var options = new TraceLoadOptions { Target = receiver.Endpoint, SpansPerRequest = 100, Concurrency = 1, HeedsRetryInfo = true };
        using var load = new TraceGenerator(options, time);

        var run = load.RunAsync(1, CancellationToken.None);
        await time.TimerArmed(options.RetryDelay);
        time.Advance(options.RetryDelay);
        await run;

        Assert.Equal(100, load.Counters.Spans);
    }

    [Fact]
    public void A_span_takes_about_310_bytes_and_compresses_like_real_ones()
    {
        var batch = TraceBatch.Build(new TraceLoadOptions { Target = "" }, new TraceIds(1), new Random(1));
        var request = Assert.Single(batch.Requests);
        var compressed = Assert.Single(batch.Compressed().Requests);

        Assert.Equal((1000, 100), (request.Spans, batch.Traces));
        double ratio = (double)request.Frame.Length / compressed.Frame.Length;
        output.WriteLine($"{request.Frame.Length / 1000.0} bytes per span, gzip ratio {ratio:F1}");
        Assert.InRange(request.Frame.Length / 1000, 300, 320);
        Assert.InRange(ratio, 4, 8);
    }

    [Fact]
    public void A_trace_visits_every_service()
    {
        var batch = TraceBatch.Build(new TraceLoadOptions { Target = "" }, new TraceIds(1), new Random(1));
        var request = Assert.Single(batch.Requests);

        ReadOnlySpan<byte> message = request.Message;
        WireError error = default;
        int seen = 0;
        for (int at = 0; at < message.Length; seen++)
        {
            // one resource entry by itself is a request too
            Assert.True(WireReader.TryRead(message, at, message.Length, out var resource, ref error));
            var ledger = new TraceLedger();
            Assert.True(TraceIdWalk.TryAdd(message[at..resource.End], ledger, out _));
            Assert.Equal(batch.Traces, ledger.Count);
            at = resource.End;
        }

        Assert.Equal(5, seen);
    }

    [Fact]
    public void Stamping_changes_trace_IDs_and_nothing_else()
    {
        var ids = new TraceIds(7);
        var batch = TraceBatch.Build(new TraceLoadOptions { Target = "", SpansPerRequest = 50 }, ids, new Random(1));
        var request = Assert.Single(batch.Requests);
        byte[] before = [.. request.Frame];

        batch.Stamp(ids, services: 0);

        Assert.NotEqual(before, request.Frame);
        foreach (var slot in request.TraceIds)
        {
            Assert.False(before.AsSpan(5 + slot.Offset, 16).SequenceEqual(request.Message.Slice(slot.Offset, 16)));
            request.Message.Slice(slot.Offset, 16).Clear();
            before.AsSpan(5 + slot.Offset, 16).Clear();
        }
        Assert.Equal(before, request.Frame);
    }

    [Fact]
    public void Numbered_services_come_in_turn()
    {
        var options = new TraceLoadOptions { Target = "", SpansPerRequest = 10, Resources = 1, Services = 300 };
        var ids = new TraceIds(1);
        var batch = TraceBatch.Build(options, ids, new Random(1));
        var names = new HashSet<string>();
        for (int i = 0; i < 300; i++)
        {
            batch.Stamp(ids, options.Services);
            var request = Assert.Single(batch.Requests);
            names.Add(System.Text.Encoding.UTF8.GetString(request.Message[(Assert.Single(request.ServiceNumbers) - 12)..][..12]));
        }

        Assert.Equal(300, names.Count);
        Assert.All(names, name => Assert.Matches("^service-0[0-2][0-9]{2}$", name));
    }
}
