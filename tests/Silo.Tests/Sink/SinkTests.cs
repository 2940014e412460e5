using OrleansLb.Silo.Load;
using OrleansLb.Silo.Sink;
using OrleansLb.Testing;

namespace OrleansLb.Silo.Tests.Sink;

public sealed class SinkTests
{
    [Fact]
    public async Task Endpoints_count_apart_and_stats_add_them_up()
    {
        await using var sink = await RunningSink.StartAsync(new SinkOptions { ListenCount = 3, TrackTraces = true });
        Assert.Equal(3, sink.Ready.Endpoints.Distinct().Count());
        for (int i = 0; i < 3; i++)
        {
            using var load = new TraceGenerator(new TraceLoadOptions { Target = sink.Ready.Endpoints[i], SpansPerRequest = 20, Seed = (ulong)i }, TimeProvider.System);
            await load.RunAsync(i + 1, CancellationToken.None);
        }

        var stats = await sink.StatsAsync();
        Assert.Equal(6 * 20, stats.GetProperty("spans").GetInt64());
        Assert.Equal(6, stats.GetProperty("requests").GetInt64());
        Assert.Equal([20, 40, 60], stats.GetProperty("endpoints").EnumerateArray().Select(e => e.GetProperty("spans").GetInt32()));

        string port = sink.Ready.Endpoints[1].Split(':')[^1];
        Assert.Equal(4, (await sink.TracesAsync($"?port={port}")).Count);
    }

    [Fact]
    public async Task Reset_forgets_counts_and_traces()
    {
        await using var sink = await RunningSink.StartAsync(new SinkOptions { TrackTraces = true });
        using var load = new TraceGenerator(new TraceLoadOptions { Target = sink.Ready.Endpoints[0], SpansPerRequest = 20 }, TimeProvider.System);
        await load.RunAsync(1, CancellationToken.None);
        Assert.Equal(20, (await sink.StatsAsync()).GetProperty("spans").GetInt64());

        await sink.ResetAsync();

        Assert.Equal(0, (await sink.StatsAsync()).GetProperty("spans").GetInt64());
        Assert.Empty(await sink.TracesAsync());
    }

    [Fact]
    public async Task What_a_slow_sink_received_counts_before_it_is_answered()
    {
        await using var sink = await RunningSink.StartAsync(new SinkOptions());
        await sink.DelayAsync(SinkDelay.Longest.TotalMilliseconds);
        var batch = TraceBatch.Build(new TraceLoadOptions { Target = "", SpansPerRequest = 20 }, new TraceIds(1), new Random(1));
        using var call = new ExportCall(sink.Ready.Endpoints[0], compressed: false);
        using var leave = new CancellationTokenSource();

        var answer = call.SendAsync(batch.Requests[0].Frame, leave.Token).AsTask();
        while ((await sink.StatsAsync()).GetProperty("spans").GetInt64() < 20)
            Assert.False(answer.IsCompleted, "it was answered before it was counted");
        Assert.False(answer.IsCompleted, "the answer was not held back");
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);

        await sink.DelayAsync(0);
        Assert.True((await call.SendAsync(batch.Requests[0].Frame, CancellationToken.None)).Acknowledged);
        Assert.Equal(40, (await sink.StatsAsync()).GetProperty("spans").GetInt64());
    }

    [Fact]
    public async Task Answers_are_held_back_for_the_delay_and_no_longer_than_their_caller_waits()
    {
        var time = new FakeTime();
        var delay = new SinkDelay(TimeSpan.FromMilliseconds(100), time);
        using var leave = new CancellationTokenSource();

        var (waits, leaves) = (delay.PassAsync(CancellationToken.None), delay.PassAsync(leave.Token));
        await leave.CancelAsync();
        time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal((false, true), (waits.IsCompleted, leaves.IsCanceled));
        time.Advance(TimeSpan.FromMilliseconds(1));
        await waits;

        delay.Value = TimeSpan.Zero;
        Assert.True(delay.PassAsync(CancellationToken.None).IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("600001")]
    [InlineData("soon")]
    public async Task A_delay_that_is_none_is_refused(string milliseconds)
    {
        await using var sink = await RunningSink.StartAsync(new SinkOptions());

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => sink.DelayAsync(milliseconds));

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 2, 0x0A, 0x7F }, 3)] // a field longer than its message
    [InlineData(new byte[] { 0, 0, 0, 0, 8, 0x0A, 6, 0x12, 4, 0x12, 2, 0x0A, 0x7F }, 3)] // the same within a span
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 0x0A, 0x00 }, 13)] // less than the frame announces
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0x0A, 0x00 }, 13)] // more than the frame announces
    [InlineData(new byte[] { 2, 0, 0, 0, 0 }, 13)] // no such flag
    [InlineData(new byte[] { 0, 0 }, 13)] // no whole header
    [InlineData(new byte[] { 1, 0, 0, 0, 2, 0x0A, 0x00 }, 13)] // flagged as compressed without an encoding
    public async Task Bad_requests_are_refused_and_counted(byte[] frame, int status)
    {
        await using var sink = await RunningSink.StartAsync(new SinkOptions { TrackTraces = true });
        using var call = new ExportCall(sink.Ready.Endpoints[0], compressed: false);

        var outcome = await call.SendAsync(frame, CancellationToken.None);

        Assert.Equal(status, outcome.Status);
        var stats = await sink.StatsAsync();
        Assert.Equal(1, stats.GetProperty("refused").GetInt64());
        Assert.Equal(0, stats.GetProperty("requests").GetInt64());
    }

    [Fact]
    public async Task Ends_when_its_parents_pipe_closes()
    {
        using var stop = new CancellationTokenSource();

        await ParentLink.FollowAsync(new MemoryStream([1, 2, 3]), stop);

        Assert.True(stop.IsCancellationRequested);
    }
}
