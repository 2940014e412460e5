using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace OrleansLb.Silo.Logging;

/// <summary>One log record as a line of <c>key=value</c> pairs, as Alloy writes them.</summary>
internal static class LogfmtLine
{
    private const string OriginalFormat = "{OriginalFormat}";

    public static string Format<TState>(DateTimeOffset time, LogLevel level, string message, TState state, Exception? exception)
    {
        var line = new StringBuilder(160);
        line.Append("ts=").Append(time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture));
        line.Append(" level=").Append(LevelName(level));
        Append(line, "msg", message);
        if (state is IReadOnlyList<KeyValuePair<string, object?>> fields)
        {
            foreach (var (name, value) in fields)
            {
                if (name != OriginalFormat)
                    Append(line, SnakeCase(name), Text(value));
            }
        }

        if (exception is not null)
            Append(line, "err", exception.ToString());
        return line.Append('\n').ToString();
    }

    private static string LevelName(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };

    private static void Append(StringBuilder line, string name, string value)
    {
        line.Append(' ').Append(name).Append('=');
        if (value.Length > 0 && !value.AsSpan().ContainsAnyExceptInRange('!', '~') && value.AsSpan().IndexOfAny("\"=\\") < 0)
        {
            line.Append(value);
            return;
        }

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

    private static string Text(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable<string> list => string.Join(',', list),
        _ => value.ToString() ?? "",
    };

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (int i = 0; i < name.Length; i++)
        {
            char c = name[i];
            if (char.IsAsciiLetterUpper(c) && i > 0 && !char.IsAsciiLetterUpper(name[i - 1]))
                text.Append('_');
            text.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? char.ToLowerInvariant(c) : '_');
        }

        return text.ToString();
    }
}
