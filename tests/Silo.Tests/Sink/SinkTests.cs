using OrleansLb.Silo.Load;
using OrleansLb.Silo.Sink;

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
