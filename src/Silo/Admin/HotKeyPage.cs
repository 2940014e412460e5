using System.Globalization;
using System.Text.Json;
using OrleansLb.Ingress.HotKeys;
using OrleansLb.Silo.Explain;

namespace OrleansLb.Silo.Admin;

/// <summary>The page of the keys with the most items, for people and for programs.</summary>
internal static class HotKeyPage
{
    public static string Text(IReadOnlyList<HotKeyReport> reports)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        foreach (var report in reports)
        {
            output.WriteLine(
                $"{report.ComponentId}: {Count(report.SampledItems)} items of {Count(report.SampledRequests)} requests, one in {report.OneIn} at random; "
                + $"numbers are estimates of all requests");
            var table = new AlignedTable();
            table.Row("key", ["items", "error at most", "share", "slot", "backend"]);
            foreach (var key in report.Keys)
            {
                table.Row(
                    TextOf(key) is { } text ? $"\"{text}\"{(IsCut(key) ? "..." : "")}" : Convert.ToHexStringLower(key.Identifier) + (IsCut(key) ? "..." : ""),
                    [
                        Count(key.Items), Count(key.MaxError), (100 * key.Share).ToString("0.00", CultureInfo.InvariantCulture) + " %",
                        key.Slot.ToString(CultureInfo.InvariantCulture), key.Backend,
                    ]);
            }

            table.Write(output);
            output.WriteLine();
        }

        return output.ToString();
    }

    public static string Json(IReadOnlyList<HotKeyReport> reports) => JsonSerializer.Serialize(
        new HotKeyDocument([.. reports.Select(static report => new HotKeyDocument.ExporterEntry(
            report.ComponentId,
            report.OneIn,
            report.SampledRequests,
            report.SampledItems,
            report.UnattributedItems,
            [.. report.Keys.Select(static key => new HotKeyDocument.KeyEntry(
                TextOf(key), Convert.ToHexStringLower(key.Identifier), key.Length, key.Items, key.MaxError, key.Share, key.Slot, key.Backend))]))]),
        HotKeyJson.Default.HotKeyDocument) + "\n";

    private static bool IsCut(HotKey key) => key.Length > key.Identifier.Length;

    private static string? TextOf(HotKey key) => IsCut(key) ? PrintableText.OfBeginning(key.Identifier) : PrintableText.Of(key.Identifier);

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
