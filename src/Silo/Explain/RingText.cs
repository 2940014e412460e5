using System.Globalization;

namespace OrleansLb.Silo.Explain;

/// <summary>A comparison for people: a column per ring.</summary>
internal static class RingText
{
    public static void Write(TextWriter output, RingComparison comparison)
    {
        var rings = comparison.Rings;
        var table = new AlignedTable();
        table.Row("", rings.Select(static ring => ring.Ring));
        table.Row("positions", rings.Select(static ring => Count(ring.Positions)));
        table.Gap();
        AddShares(table, comparison.Keys, [.. rings.Select(static ring => ring.Before)]);
        if (rings.Any(static ring => ring.Change is not null))
        {
            table.Gap();
            table.Row(Title(comparison), []);
            AddChange(table, comparison.Keys, [.. rings.Select(static ring => ring.Change!)]);
            table.Gap();
            AddShares(table, comparison.Keys, [.. rings.Select(static ring => ring.After!)]);
        }

        table.Write(output);
    }

    private static void AddShares(AlignedTable table, int keys, RingShares[] rings)
    {
        var shares = rings.Select(static ring => ring.Backends.ToDictionary(static b => b.Backend, static b => b.Share, StringComparer.Ordinal)).ToArray();
        foreach (var (backend, weight) in rings[0].Backends.Select(static b => (b.Backend, b.Weight)).OrderBy(static b => b.Backend, StringComparer.Ordinal))
            table.Row($"share of {backend}{(weight is null ? "" : $", weight {weight}")}", shares.Select(ring => Percent(ring[backend])));
        table.Row("fingerprint", rings.Select(static ring => ring.Fingerprint.ToString(CultureInfo.InvariantCulture)));
        table.Row("standard deviation / mean", rings.Select(static ring => Percent(ring.Exact.Deviation)));
        table.Row("largest / smallest", rings.Select(static ring => Ratio(ring.Exact.MaxOverMin)));
        table.Row($"standard deviation / mean, {Count(keys)} keys", rings.Select(static ring => Percent(ring.Measured.Deviation)));
        table.Row($"largest / smallest, {Count(keys)} keys", rings.Select(static ring => Ratio(ring.Measured.MaxOverMin)));
    }

    private static void AddChange(AlignedTable table, int keys, RingChange[] rings)
    {
        table.Row("ideal", rings.Select(static change => Percent(change.Ideal)));
        table.Row("moved", rings.Select(static change => Percent(change.Moved)));
        table.Row("moved between backends that stay", rings.Select(static change => Percent(change.Needless)));
        table.Row($"moved, {Count(keys)} keys", rings.Select(static change => Percent(change.MeasuredMoved)));
    }

    private static string Title(RingComparison comparison) => "change: " + string.Join(
        ' ', comparison.Removed.Select(static backend => $"-{backend}").Concat(comparison.Added.Select(static backend => $"+{backend}")));

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double part) => (100 * part).ToString("0.00", CultureInfo.InvariantCulture) + " %";

    private static string Ratio(double? ratio) => ratio?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";
}
