using System.Globalization;
using System.Text;

namespace OrleansLb.Silo.Logging;

/// <summary>A log record as a line of <c>key=value</c> pairs, as Alloy writes them.</summary>
internal static class LogfmtLine
{
    public static string Format(IReadOnlyList<KeyValuePair<string, string>> record)
    {
        var line = new StringBuilder(160);
        foreach (var (name, value) in record)
        {
            if (line.Length > 0)
                line.Append(' ');
            line.Append(name).Append('=');
            if (NeedsQuotes(value))
                AppendQuoted(line, value);
            else
                line.Append(value);
        }

        return line.Append('\n').ToString();
    }

    private static bool NeedsQuotes(string value) =>
        value.Length == 0 || value.AsSpan().ContainsAnyExceptInRange('!', '~') || value.AsSpan().IndexOfAny("\"=\\") >= 0;

    private static void AppendQuoted(StringBuilder line, string value)
    {
        line.Append('"');
        foreach (char c in value)
        {
            _ = c switch
            {
                '"' => line.Append("\\\""),
                '\\' => line.Append(@"\\"),
                '\n' => line.Append(@"\n"),
                '\r' => line.Append(@"\r"),
                '\t' => line.Append(@"\t"),
                < ' ' or '\u007f' => line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => line.Append(c),
            };
        }

        line.Append('"');
    }
}
