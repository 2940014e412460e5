using System.Globalization;
using System.Text;

namespace OrleansLb.Silo.Telemetry;

/// <summary>Writes Prometheus' text format, version 0.0.4.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <summary>Begins a family: its HELP and TYPE lines.</summary>
    public void Family(string name, string help, string type)
    {
        if (help.Length > 0)
            _text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    /// <summary>One sample.</summary>
    /// <param name="name">The family's name.</param>
    /// <param name="suffix">What follows it, such as <c>_bucket</c>.</param>
    /// <param name="labels">The labels as <see cref="FormatLabels"/> makes them, without braces.</param>
    /// <param name="value">The value.</param>
    public void Sample(string name, string suffix, string labels, double value)
    {
        _text.Append(name).Append(suffix);
        if (labels.Length > 0)
            _text.Append('{').Append(labels).Append('}');
        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    /// <summary>Labels in a stable order: by name.</summary>
    public static string FormatLabels(IEnumerable<KeyValuePair<string, string>> labels)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in labels.OrderBy(static l => l.Key, StringComparer.Ordinal))
        {
            if (text.Length > 0)
                text.Append(',');
            text.Append(name).Append("=\"").Append(Escape(value)).Append('"');
        }

        return text.ToString();
    }

    /// <summary>A number as Go's Prometheus parser reads it.</summary>
    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    public override string ToString() => _text.ToString();

    private static string Escape(string value) => value
        .Replace("\\", @"\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", @"\n", StringComparison.Ordinal);
}
