using System.Globalization;

namespace OrleansLb.Silo.Demo;

/// <summary>Judges a run by what was counted. Pure: figures in, checks out.</summary>
internal static class Verdict
{
    // One in two million runs may miss this by chance.
    private const double Sigmas = 5;

    // The shares of the default ring are even within one partition.
    private const double OnePartition = 1.0 / 16384;

    /// <summary>Every span that was acknowledged arrived once.</summary>
    public static Check Delivery(long sent, long received, long rejected) => new(
        "sent = received",
        sent == received && rejected == 0 && sent > 0,
        Text($"{sent:N0} spans sent, {received:N0} received") + (rejected > 0 ? Text($", {rejected:N0} refused") : ""));

    /// <summary>Every trace is at one backend.</summary>
    public static Check Whole(long traces, int split) => new(
        "split traces = 0",
        split == 0 && traces > 0,
        Text($"{traces:N0} traces, {split:N0} split"));

    /// <summary>When the backends changed: only traces that were on their way at a change are split.</summary>
    public static Check WholeApartFromChanges(long traces, int split, int splitElsewhere) => new(
        "traces whole",
        splitElsewhere == 0 && traces > 0,
        Text($"{traces:N0} traces, {splitElsewhere:N0} split; {split - splitElsewhere:N0} more were on their way while their key moved"));

    /// <summary>How many of the traces that were under way a change has split.</summary>
    /// <param name="what">What happened, for the reader.</param>
    /// <param name="split">Traces that are split, of those on their way when it happened.</param>
    /// <param name="straddling">Traces that were surely on their way before and after it.</param>
    /// <param name="splitStraddling">How many of these are split.</param>
    /// <param name="mayBeSplit">Whether any may be.</param>
    public static Check Split(string what, long split, long straddling, long splitStraddling, bool mayBeSplit) => new(
        what,
        mayBeSplit || split == 0,
        Text($"{(double)splitStraddling / Math.Max(1, straddling) * 100:0.0} % of the traces under way split ({splitStraddling:N0} of {straddling:N0})"));

    /// <summary>New traces go to the newcomer as well.</summary>
    /// <param name="traces">Traces that began after the change and ended before the next.</param>
    /// <param name="atNewcomer">How many of them are there.</param>
    /// <param name="ideal">The share that is due to it.</param>
    public static Check NewTraces(long traces, long atNewcomer, double ideal)
    {
        double share = (double)atNewcomer / Math.Max(1, traces);
        return new Check(
            "new traces",
            traces > 0 && Math.Abs(share - ideal) <= AllowedDeviation(ideal, traces),
            Text($"{share * 100:0.0} % of those begun after the join went to the newcomer, ideal {ideal * 100:0.0} %"));
    }

    /// <summary>The backends have even shares of the traces, as far as chance lets random keys be even.</summary>
    public static Check Spread(IReadOnlyList<long> tracesByBackend)
    {
        long total = tracesByBackend.Sum();
        double even = 1.0 / tracesByBackend.Count;
        double allowed = AllowedDeviation(even, total);
        double worst = total == 0 ? 1 : tracesByBackend.Max(traces => Math.Abs(((double)traces / total) - even));
        return new Check(
            "spread",
            total > 0 && worst <= allowed,
            Text($"shares within {worst * 100:0.00} points of {even * 100:0.0} % (chance allows {allowed * 100:0.00})"));
    }

    /// <summary>A change moved as many keys as it had to and no others.</summary>
    /// <param name="what">What happened, for the reader.</param>
    /// <param name="move">What it moved.</param>
    /// <param name="ideal">The share that has to move: that of the backend that joined or left.</param>
    public static Check Movement(string what, KeyMove move, double ideal)
    {
        double allowed = AllowedDeviation(ideal, move.Keys);
        return new Check(
            what,
            move.Keys > 0 && move.Needless == 0 && Math.Abs(move.Share - ideal) <= allowed,
            Text($"{move.Share * 100:0.0} % of keys moved, ideal {ideal * 100:0.0} %; {move.Needless:N0} without need (sample of {move.Keys:N0})"));
    }

    private static double AllowedDeviation(double share, long samples) =>
        samples == 0 ? 0 : (Sigmas * Math.Sqrt(share * (1 - share) / samples)) + OnePartition;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
