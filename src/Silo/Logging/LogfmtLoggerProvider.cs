using Microsoft.Extensions.Logging;

namespace OrleansLb.Silo.Logging;

/// <summary>Writes log records to a text writer, one line each.</summary>
internal sealed class LogfmtLoggerProvider(TextWriter output, TimeProvider time) : ILoggerProvider
{
    private readonly Lock _writing = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    private void Write(string line)
    {
        lock (_writing)
        {
            output.Write(line);
            output.Flush();
        }
    }

    private sealed class Logger(LogfmtLoggerProvider provider) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                provider.Write(LogfmtLine.Format(provider.Now, logLevel, formatter(state, exception), state, exception));
        }
    }

    private DateTimeOffset Now => time.GetUtcNow();
}
