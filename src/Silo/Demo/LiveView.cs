namespace OrleansLb.Silo.Demo;

/// <summary>A table on a terminal that is redrawn in place; notes scroll away above it.</summary>
internal sealed class LiveView : IDemoView
{
    private readonly TextWriter _terminal;
    private readonly TableLines _table;
    private readonly Lock _drawing = new();
    private IReadOnlyList<string> _shown = [];

    public LiveView(TextWriter terminal, Palette palette)
    {
        _terminal = terminal;
        _table = new TableLines(palette);
        _terminal.Write("\e[?25l");
    }

    public TimeSpan Interval => TimeSpan.FromMilliseconds(200);

    public void Show(DemoFrame frame)
    {
        lock (_drawing)
            Redraw(_table.Of(frame), note: null);
    }

    public void Note(string line)
    {
        lock (_drawing)
            Redraw(_shown, line);
    }

    public void Dispose()
    {
        _terminal.Write("\e[?25h");
        _terminal.Flush();
    }

    // One write per frame, each line cleared behind its text: nothing flickers.
    private void Redraw(IReadOnlyList<string> lines, string? note)
    {
        string up = _shown.Count > 0 ? $"\e[{_shown.Count}F" : "";
        string noted = note is null ? "" : note + "\e[K\n";
        _terminal.Write(up + noted + string.Concat(lines.Select(static line => line + "\e[K\n")) + "\e[J");
        _terminal.Flush();
        _shown = lines;
    }
}
