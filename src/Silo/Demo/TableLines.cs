using System.Globalization;

namespace OrleansLb.Silo.Demo;

/// <summary>A frame as the lines of a table, at most 80 columns wide.</summary>
internal sealed class TableLines(Palette palette)
{
    /// <summary>No line is wider.</summary>
    public const int Width = 80;

    private const int BarWidth = 26;
    private const int EndpointWidth = 17;
    private static readonly string Rule = new('─', 76);

    /// <summary>How many lines a frame has.</summary>
    public static int HeightOf(int backends) => backends + 6;

    public IReadOnlyList<string> Of(DemoFrame frame)
    {
        var lines = new List<string>
        {
            palette.Dim(Text($"  {"backend",-EndpointWidth}{"spans",12}{"traces",10}{"share",9}")),
        };
        double most = Math.Max(1e-9, frame.Backends.Max(static b => b.Share));
        for (int i = 0; i < frame.Backends.Count; i++)
            lines.Add(Row(frame, i, most));

        lines.Add(palette.Dim("  " + Rule));
        lines.Add(Text($"  {"received",-EndpointWidth}{frame.Received,12:N0}{frame.Traces,10:N0}") +
            Text($"   {palette.Bold(Text($"{frame.SpansPerSecond:N0}"))} spans/s   {palette.Dim(Text($"sent {frame.Sent:N0}"))}"));
        lines.Add(Text($"  {"balancer",-EndpointWidth}") +
            Text($"CPU {palette.Bold(Percent(frame.Cores))} of a core   memory {palette.Bold(Text($"{frame.Memory / (1 << 20):0} MiB"))}   ") +
            Text($"queue {palette.Bold(Text($"{frame.Queue:N0}"))}   retries {palette.Bold(Text($"{frame.Retries:N0}"))}"));
        lines.Add("");
        lines.Add(Progress(frame));
        return lines;
    }

    private string Row(DemoFrame frame, int index, double most)
    {
        var backend = frame.Backends[index];
        string figures = Text($"  {backend.Endpoint,-EndpointWidth}{backend.Spans,12:N0}{backend.Traces,10:N0}{Percent(backend.Share, 1),9}  ");
        return backend.InService
            ? figures + palette.Backend(index, Bar(backend.Share / most, BarWidth))
            : palette.Dim(figures + "removed");
    }

    private string Progress(DemoFrame frame)
    {
        double done = Math.Clamp(frame.Elapsed / frame.Duration, 0, 1);
        const int width = 50;
        int full = (int)Math.Round(done * width);
        return "  " + palette.Accent(new string('━', full)) + palette.Dim(new string('─', width - full)) +
            Text($"  {Math.Min(frame.Elapsed.TotalSeconds, frame.Duration.TotalSeconds):0} of {frame.Duration.TotalSeconds:0} s");
    }

    // Eighths of a character: shares that differ by less than a column still look different.
    private static string Bar(double share, int width)
    {
        int eighths = (int)Math.Round(Math.Clamp(share, 0, 1) * width * 8);
        string bar = new('█', eighths / 8);
        return eighths % 8 == 0 ? bar : bar + (char)('█' + 8 - (eighths % 8));
    }

    private static string Percent(double share, int decimals = 0) => (share * 100).ToString("F" + decimals, CultureInfo.InvariantCulture) + " %";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
