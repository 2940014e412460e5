using System.Globalization;
using System.Text;
using OrleansLb.Bench.Measuring;
using OrleansLb.Bench.Scenarios;

namespace OrleansLb.Bench.Reporting;

/// <summary>The results of a group as a Markdown table, legible on a terminal and in a document.</summary>
internal static class TextTable
{
    private static readonly string[] Heads =
        ["scenario", "CPU-s/M spans", "min..max", "ratio", "parts/req", "CPU µs/part", "spans/s", "peak RSS", "alloc/req", "GC 0/1/2", "JIT"];

    private static readonly string[] StoreHeads = ["stored/s", "segments/s", "transactions/s"];

    private static readonly string[] OverloadHeads =
        ["scenario", "spans/s", "accepted/s", "CPU-s/M spans", "min..max", "refusals/req", "unread", "p50", "p99", "copies", "peak RSS", "JIT"];

    public static string Of(ScenarioGroup group, IReadOnlyList<Result> results)
    {
        bool overload = group.Scenarios.Any(s => s.Overload is not null);
        bool stored = results.Any(r => r.StoredPerSecond > 0);
        string[] heads = overload ? OverloadHeads : stored ? [.. Heads, .. StoreHeads] : Heads;
        var rows = results.Select(r => overload ? OverloadRow(r) : stored ? [.. Row(r, results[0]), .. StoreCells(r)] : Row(r, results[0])).Prepend(heads).ToList();
        var widths = Enumerable.Range(0, heads.Length).Select(i => rows.Max(r => r[i].Length)).ToArray();
        var text = new StringBuilder().AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{group.Title}{(overload ? "" : " (ratio: to the first line)")}").AppendLine();
        AppendRow(text, rows[0], widths);
        text.AppendLine("|" + string.Join("|", widths.Select((w, i) => i == 0 ? new string('-', w + 2) : new string('-', w + 1) + ":")) + "|");
        foreach (var row in rows.Skip(1))
            AppendRow(text, row, widths);
        text.AppendLine();
        foreach (var goal in GoalResult.Of(group, results))
            text.AppendLine(CultureInfo.InvariantCulture, $"goal {(goal.Reached ? "reached" : "MISSED ")}  {goal.Ratio:0.000}  {goal.Goal}");
        return text.ToString();
    }

    private static string[] Row(Result result, Result first) =>
    [
        result.Scenario,
        Text($"{result.CpuPerMillionSpans:0.000}"),
        Text($"{result.CpuRange[0]:0.00}..{result.CpuRange[1]:0.00}"),
        Text($"{result.RatioTo(first):0.000}"),
        Text($"{result.PartsPerRequest:0.0}"),
        Text($"{result.CpuMicrosecondsPerPart:0}"),
        Text($"{result.SpansPerSecond / 1000:0} k"),
        Text($"{result.PeakResidentBytes / 1048576.0:0} MiB"),
        Text($"{result.AllocatedBytesPerRequest / 1024:0.0} KiB"),
        Text($"{result.Collections[0]}/{result.Collections[1]}/{result.Collections[2]}"),
        Text($"{100 * result.JitShare:0.0} %"),
    ];

    private static string[] OverloadRow(Result result) =>
    [
        result.Scenario,
        Text($"{result.SpansPerSecond / 1000:0} k"),
        Text($"{result.AcceptedPerSecond / 1000:0} k"),
        Text($"{result.CpuPerMillionSpans:0.000}"),
        Text($"{result.CpuRange[0]:0.00}..{result.CpuRange[1]:0.00}"),
        Text($"{result.RefusalsPerRequest:0.0}"),
        Text($"{result.UnreadPerRequest:0.0}"),
        Text($"{1000 * result.LatencySeconds[0]:0} ms"),
        Text($"{1000 * result.LatencySeconds[1]:0} ms"),
        Text($"{result.Copies}"),
        Text($"{result.PeakResidentBytes / 1048576.0:0} MiB"),
        Text($"{100 * result.JitShare:0.0} %"),
    ];

    private static string[] StoreCells(Result result) =>
        [Text($"{result.StoredPerSecond:0}"), Text($"{result.SegmentsPerSecond:0}"), Text($"{result.TransactionsPerSecond:0}")];

    private static void AppendRow(StringBuilder text, string[] cells, int[] widths) =>
        text.AppendLine("| " + string.Join(" | ", cells.Select((c, i) => i == 0 ? c.PadRight(widths[i]) : c.PadLeft(widths[i]))) + " |");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
