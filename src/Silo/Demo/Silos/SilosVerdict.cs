using System.Globalization;
using OrleansLb.Silo.Load;

namespace OrleansLb.Silo.Demo.Silos;

/// <summary>Judges a run in which a silo was killed. Pure: figures in, checks out.</summary>
internal static class SilosVerdict
{
    /// <param name="load">What clients were told.</param>
    /// <param name="tracesByBackend">How many spans of each trace each backend has.</param>
    /// <param name="spansPerTrace">How many there are.</param>
    /// <param name="declaredDead">How long the others took to take the silo for dead.</param>
    public static IReadOnlyList<Check> Of(LoadCounters load, IReadOnlyList<IReadOnlyDictionary<UInt128, int>> tracesByBackend, int spansPerTrace, TimeSpan declaredDead)
    {
        var counts = new Dictionary<UInt128, int>();
        foreach (var (trace, spans) in tracesByBackend.SelectMany(static traces => traces))
            counts[trace] = counts.GetValueOrDefault(trace) + spans;
        long lost = (load.Traces - counts.Count) * spansPerTrace + counts.Values.Sum(spans => Math.Max(0, spansPerTrace - spans));
        long copies = counts.Values.Sum(spans => Math.Max(0, spans - spansPerTrace));
        int split = TraceCensus.Split(tracesByBackend).Count;
        return
        [
            new Check("lost spans = 0", lost == 0 && load.RejectedSpans == 0 && load.Spans > 0, Text($"{load.Spans:N0} spans acknowledged, {lost:N0} lost, {load.RejectedSpans:N0} refused for good")),
            new Check(
                "copies",
                copies <= load.UnansweredSpans,
                Text($"{copies:N0} spans twice, of {load.UnansweredSpans:N0} whose answer died with the silo and that were sent to another")),
            new Check("split traces = 0", split == 0 && load.Traces > 0, Text($"{load.Traces:N0} traces, {split:N0} split")),
            new Check(
                "the kill",
                true,
                Text($"declared dead after {declaredDead.TotalSeconds:0.0} s; the longest that a client waited for an answer, sending again included: {load.LongestWait.TotalSeconds:0.00} s")),
        ];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
