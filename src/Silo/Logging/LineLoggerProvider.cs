using Microsoft.Extensions.Logging;
using OrleansLb.Configuration;

namespace OrleansLb.Silo.Logging;

/// <summary>Makes lines of log records, in the form that the settings ask for, and leaves them to a thread that writes them: logging never blocks its caller.</summary>
internal sealed class LineLoggerProvider : ILoggerProvider
{
    // What keeps a server from starting reaches the user as an error of its own.
    private const string HostPrefix = "Microsoft.Extensions.Hosting";

    // The frameworks' own milestones (requests, connections, start of host and silo) would drown ours.
    private static readonly string[] s_frameworks = ["Microsoft.", "Orleans.", "Polly"];

    // Warnings of theirs that say nothing of this program: server GC is not for one that is to be small, and the first look of the watchdog measures from the start of the machine.
    private static readonly string[] s_falseAlarms = ["Orleans.Runtime.Silo", "Orleans.Runtime.Watchdog"];

    private readonly TimeProvider _time;
    private readonly LogSettings _settings;

    /// <summary>Begins to write.</summary>
    /// <param name="output">Where to; not disposed of.</param>
    /// <param name="time">The time of the records.</param>
    /// <param name="settings">What is written, and in which form; may change.</param>
    public LineLoggerProvider(Stream output, TimeProvider time, LogSettings settings)
    {
        _time = time;
        _settings = settings;
        Lines = new LineWriter(output, DropNote);
    }

    /// <summary>The lines on their way.</summary>
    public LineWriter Lines { get; }

    private LogLevel MinimumLevel => _settings.Options.Level;

    public ILogger CreateLogger(string categoryName) => new Logger(this, MinimumOf(categoryName));

    /// <summary>Waits a moment for the last lines.</summary>
    public void Dispose() => Lines.Dispose();

    private static LogLevel MinimumOf(string category)
    {
        if (category.StartsWith(HostPrefix, StringComparison.Ordinal))
            return LogLevel.None;
        if (s_falseAlarms.Contains(category, StringComparer.Ordinal))
            return LogLevel.Error;
        return s_frameworks.Any(prefix => category.StartsWith(prefix, StringComparison.Ordinal)) ? LogLevel.Warning : LogLevel.Trace;
    }

    private string Line<TState>(LogLevel level, string message, TState state, Exception? exception)
    {
        var record = LogRecord.Of(_time.GetUtcNow(), level, message, state, exception);
        return _settings.Options.Format == LogFormat.Json ? JsonLine.Format(record) : LogfmtLine.Format(record);
    }

    private string DropNote(long lines) => Line<IReadOnlyList<KeyValuePair<string, object?>>>(
        LogLevel.Warning, "log lines were dropped here, because they were not read in time", [new("lines", lines)], exception: null);

    private sealed class Logger(LineLoggerProvider provider, LogLevel minimum) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) =>
            logLevel != LogLevel.None && logLevel >= minimum && logLevel >= provider.MinimumLevel;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                provider.Lines.Add(provider.Line(logLevel, formatter(state, exception), state, exception));
        }
    }
}
