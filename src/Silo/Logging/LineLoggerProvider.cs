using Microsoft.Extensions.Logging;
using OrleansLb.Configuration;

namespace OrleansLb.Silo.Logging;

/// <summary>Writes log records to a text writer, one line each, in the form that the settings ask for.</summary>
internal sealed class LineLoggerProvider(TextWriter output, TimeProvider time, LogSettings settings) : ILoggerProvider
{
    // The framework's own milestones (requests, connections, host start) would drown ours.
    private const string FrameworkPrefix = "Microsoft.";

    // What keeps a server from starting reaches the user as an error of its own.
    private const string HostPrefix = FrameworkPrefix + "Extensions.Hosting";

    private readonly Lock _writing = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this, MinimumOf(categoryName));

    public void Dispose()
    {
    }

    private static LogLevel MinimumOf(string category)
    {
        if (category.StartsWith(HostPrefix, StringComparison.Ordinal))
            return LogLevel.None;
        return category.StartsWith(FrameworkPrefix, StringComparison.Ordinal) ? LogLevel.Warning : LogLevel.Trace;
    }

    private void Write<TState>(LogLevel level, string message, TState state, Exception? exception)
    {
        var record = LogRecord.Of(time.GetUtcNow(), level, message, state, exception);
        string line = settings.Options.Format == LogFormat.Json ? JsonLine.Format(record) : LogfmtLine.Format(record);
        lock (_writing)
        {
            output.Write(line);
            output.Flush();
        }
    }

    private sealed class Logger(LineLoggerProvider provider, LogLevel minimum) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) =>
            logLevel != LogLevel.None && logLevel >= minimum && logLevel >= provider.MinimumLevel;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                provider.Write(logLevel, formatter(state, exception), state, exception);
        }
    }

    private LogLevel MinimumLevel => settings.Options.Level;
}
