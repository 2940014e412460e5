using System.Globalization;
using System.Text;
using OrleansLb.Silo.Logging;

namespace OrleansLb.Silo.Tests.Logging;

public sealed class LineWriterTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public void Lines_come_in_order_and_whole()
    {
        var output = new Pipe();
        using var lines = new LineWriter(output, Note);
        string[] expected = [.. Enumerable.Range(0, 20_000).Select(static i => string.Create(CultureInfo.InvariantCulture, $"line {i} ü😀\n"))];
        foreach (string line in expected)
        {
            // so that the test does not depend on who is faster
            while (!lines.Add(line))
                Assert.True(lines.Flush(Long));
        }

        Assert.True(lines.Flush(Long));
        Assert.Equal(expected, output.Lines().Where(static line => !line.StartsWith("dropped", StringComparison.Ordinal)));
    }

    [Fact]
    public void Nobody_waits_for_a_stream_that_takes_nothing_and_every_line_without_room_is_counted()
    {
        var output = new Pipe();
        output.Hold();
        using var lines = new LineWriter(output, Note);
        Assert.True(lines.Add("first\n"));
        output.Entered.Wait(Long);

        // "first" is being written and takes no room any more
        string line = new string('x', 1023) + "\n";
        int fit = LineWriter.Capacity / line.Length;
        for (int i = 0; i < fit; i++)
            Assert.True(lines.Add(line));
        for (int i = 0; i < 777; i++)
            Assert.False(lines.Add(line));
        Assert.Equal(777, lines.Dropped);
        Assert.False(lines.Flush(TimeSpan.Zero));

        output.Release();
        Assert.True(lines.Flush(Long));
        Assert.True(lines.Add("last\n"));
        Assert.True(lines.Flush(Long));
        Assert.Equal(["first\n", .. Enumerable.Repeat(line, fit), "dropped 777\n", "last\n"], output.Lines());
        Assert.Equal(777, lines.Dropped);
    }

    [Fact]
    public void A_line_that_is_longer_than_all_the_room_is_dropped()
    {
        using var lines = new LineWriter(new Pipe(), Note);
        Assert.False(lines.Add(new string('x', LineWriter.Capacity) + "\n"));
        Assert.Equal(1, lines.Dropped);
    }

    [Fact]
    public async Task The_end_writes_what_waits_and_waits_for_a_stuck_stream_a_moment_only()
    {
        var output = new Pipe();
        var lines = new LineWriter(output, Note);
        lines.Add("last\n");
        lines.Dispose();
        Assert.Equal(["last\n"], output.Lines());
        Assert.False(lines.Add("too late\n"));

        var stuck = new Pipe();
        stuck.Hold();
        var waiting = new LineWriter(stuck, Note);
        waiting.Add("never\n");
        await Task.Run(waiting.Dispose).WaitAsync(Long);
        Assert.Empty(stuck.Lines());
        stuck.Release();
    }

    [Fact]
    public void A_stream_that_fails_costs_its_lines_and_nothing_else()
    {
        var output = new Pipe { Failure = new IOException("no space left") };
        using var lines = new LineWriter(output, Note);
        lines.Add("a\n");
        Assert.True(lines.Flush(Long));
        Assert.Equal(1, lines.Dropped);

        // each tries to write the note, which is no line that was dropped
        Assert.True(lines.Flush(Long));
        Assert.True(lines.Flush(Long));
        Assert.Equal(1, lines.Dropped);

        output.Failure = null;
        lines.Add("b\n");
        Assert.True(lines.Flush(Long));
        Assert.Equal(["dropped 1\n", "b\n"], output.Lines());
    }

    [Fact]
    public async Task Many_threads_lose_nothing_that_is_not_counted()
    {
        var output = new Pipe();
        using var lines = new LineWriter(output, Note);
        const int Each = 20_000;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < Each; i++)
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{thread} {i} {new string('x', 100)}\n"));
        })));
        Assert.True(lines.Flush(Long));

        string[] written = [.. output.Lines().Where(static line => !line.StartsWith("dropped", StringComparison.Ordinal))];
        Assert.Equal(4 * Each, written.Length + lines.Dropped);
        foreach (var ofThread in written.GroupBy(static line => line[0]))
        {
            int[] numbers = [.. ofThread.Select(static line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture))];
            Assert.Equal(numbers.Order(), numbers);
        }
    }

    private static string Note(long lines) => string.Create(CultureInfo.InvariantCulture, $"dropped {lines}\n");

    /// <summary>A stream that can be held up, as a pipe is that nobody reads.</summary>
    private sealed class Pipe : MemoryStream
    {
        private readonly Lock _gate = new();
        private readonly ManualResetEventSlim _open = new(true);

        public ManualResetEventSlim Entered { get; } = new();

        public IOException? Failure { get; set; }

        public void Hold() => _open.Reset();

        public void Release() => _open.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Entered.Set();
            _open.Wait();
            if (Failure is { } failure)
                throw failure;
            lock (_gate)
                base.Write(buffer);
        }

        public IEnumerable<string> Lines()
        {
            lock (_gate)
                return [.. Encoding.UTF8.GetString(ToArray()).Split('\n')[..^1].Select(static line => line + "\n")];
        }
    }
}
