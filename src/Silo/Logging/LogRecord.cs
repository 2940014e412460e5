using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace OrleansLb.Silo.Logging;

/// <summary>One log record as names and values, in the order in which they are written.</summary>
internal static class LogRecord
{
    private const string OriginalFormat = "{OriginalFormat}";

    public static IReadOnlyList<KeyValuePair<string, string>> Of<TState>(
        DateTimeOffset timestamp, LogLevel level, string message, TState state, Exception? exception)
    {
        var record = new List<KeyValuePair<string, string>>
        {
            new("ts", timestamp.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture)),
            new("level", LevelName(level)),
            new("msg", message),
        };
        if (state is IReadOnlyList<KeyValuePair<string, object?>> fields)
        {
            foreach (var (name, value) in fields)
            {
                if (name != OriginalFormat)
                    record.Add(new(SnakeCase(name), Text(value)));
            }
        }

        if (exception is not null)
            record.Add(new("err", exception.ToString()));
        return record;
    }

    private static string LevelName(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };

    private static string Text(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        TimeSpan duration => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.###}s"),
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
