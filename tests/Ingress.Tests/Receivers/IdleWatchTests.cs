using System.IO.Pipelines;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Testing;

namespace OrleansLb.Ingress.Tests.Receivers;

public sealed class IdleWatchTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_almost = s_limit - TimeSpan.FromMilliseconds(1);
    private readonly FakeTime _time = new();
    private readonly Pipe _pipe = new();

    [Fact]
    public async Task A_read_ends_when_nothing_came_for_so_long_and_not_before()
    {
        IdleWatch? watch = null;
        var read = new IdleLimit(s_limit, _time).ReadAsync(_pipe.Reader, ref watch, default);
        _time.Advance(s_almost);
        Assert.False(read.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True((await read).IsCanceled);
        watch!.Dispose();
        Assert.Equal(0, _time.Pending);
    }

    [Fact]
    public async Task Whatever_comes_puts_it_off()
    {
        IdleWatch? watch = null;
        var limit = new IdleLimit(s_limit, _time);
        for (int i = 0; i < 5; i++)
        {
            var read = limit.ReadAsync(_pipe.Reader, ref watch, default);
            _time.Advance(s_almost);
            await _pipe.Writer.WriteAsync(new byte[] { 1 });
            var result = await read;
            Assert.False(result.IsCanceled);
            _pipe.Reader.AdvanceTo(result.Buffer.End);
        }

        Assert.Equal(1, _time.Pending);
        var last = limit.ReadAsync(_pipe.Reader, ref watch, default);
        _time.Advance(s_limit);
        Assert.True((await last).IsCanceled);
        watch!.Dispose();
    }

    [Fact]
    public async Task Once_the_body_has_been_read_no_other_read_is_ended()
    {
        IdleWatch? watch = null;
        var limit = new IdleLimit(s_limit, _time);
        var read = limit.ReadAsync(_pipe.Reader, ref watch, default);
        await _pipe.Writer.WriteAsync(new byte[] { 1 });
        _pipe.Reader.AdvanceTo((await read).Buffer.End);
        watch!.Dispose();
        var next = _pipe.Reader.ReadAsync();
        _time.Advance(10 * s_limit);

        Assert.False(next.IsCompleted);
        await _pipe.Writer.CompleteAsync();
        Assert.False((await next).IsCanceled);
    }
}
