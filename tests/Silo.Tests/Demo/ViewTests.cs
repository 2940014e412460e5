using OrleansLb.Silo.Demo;

namespace OrleansLb.Silo.Tests.Demo;

public sealed class ViewTests
{
    private static readonly DemoFrame Frame = new()
    {
        Elapsed = TimeSpan.FromSeconds(5),
        Duration = TimeSpan.FromSeconds(20),
        Backends = [new("127.0.0.1:40001", 600_000, 60_000, 0.6, true), new("127.0.0.1:40002", 400_000, 40_000, 0.4, false)],
        Sent = 1_000_010,
        SpansPerSecond = 20_123,
        Cores = 0.31,
        Memory = 90 << 20,
        Queue = 3,
        Retries = 7,
    };

    [Fact]
    public void The_table_fits_a_terminal_and_shows_every_figure()
    {
        var lines = new TableLines(new Palette(enabled: false)).Of(Frame);
        Assert.All(lines, static line => Assert.InRange(line.Length, 0, TableLines.Width));
        Assert.Equal(TableLines.HeightOf(Frame.Backends.Count), lines.Count);
        string table = string.Join('\n', lines);
        foreach (string figure in (string[])["127.0.0.1:40001", "600,000", "60,000", "60.0 %", "removed", "1,000,000", "sent 1,000,010", "20,123", "31 %", "90 MiB", "queue 3", "retries 7", "5 of 20 s"])
            Assert.Contains(figure, table, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', table);
    }

    [Fact]
    public void The_live_view_draws_over_its_last_frame_and_gives_the_cursor_back()
    {
        using var terminal = new StringWriter();
        using (var view = new LiveView(terminal, new Palette(enabled: true)))
        {
            view.Show(Frame);
            int lines = terminal.ToString().Count(static c => c == '\n');
            view.Show(Frame);
            Assert.Contains($"\e[{lines}F", terminal.ToString(), StringComparison.Ordinal);
        }

        Assert.StartsWith("\e[?25l", terminal.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("\e[?25h", terminal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_plain_view_writes_one_line_per_frame_without_escapes()
    {
        using var output = new StringWriter();
        using var view = new PlainView(output);
        view.Show(Frame);
        string text = output.ToString();
        Assert.Equal(1, text.Count(static c => c == '\n'));
        Assert.DoesNotContain('\e', text);
        Assert.Contains("received 1,000,000", text, StringComparison.Ordinal);
    }
}
