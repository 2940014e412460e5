using System.Globalization;

namespace OrleansLb.Silo.Demo;

/// <summary>A scrape of Prometheus text, as sums by name.</summary>
internal sealed class MetricsSnapshot
{
    private readonly Dictionary<string, double> _sums = new(StringComparer.Ordinal);

    public static MetricsSnapshot Parse(string text)
    {
        var snapshot = new MetricsSnapshot();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.IsEmpty || line[0] == '#')
                continue;
            int nameEnd = line.IndexOfAny('{', ' ');
            int valueStart = line.LastIndexOf(' ') + 1;
            if (nameEnd <= 0 || !double.TryParse(line[valueStart..], NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
                continue;
            string name = line[..nameEnd].ToString();
            snapshot._sums[name] = snapshot._sums.GetValueOrDefault(name) + value;
        }

        return snapshot;
    }

    /// <summary>The sum over all label sets; 0 when the name is not there.</summary>
    public double Sum(string name) => _sums.GetValueOrDefault(name);
}
