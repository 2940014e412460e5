using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrleansLb.Ingress.Tests.Receivers;

/// <summary>Keeps what is logged.</summary>
internal sealed class CapturedLogs : ILoggerFactory
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text, Exception? Fault)> _entries = new();

    public IEnumerable<Exception?> Errors => _entries.Where(entry => entry.Level >= LogLevel.Error).Select(entry => entry.Fault);

    /// <summary>Entries above debug of the receiver and its servers.</summary>
    public IEnumerable<string> AboveDebug => _entries.Where(entry => entry.Level > LogLevel.Debug).Select(entry => entry.Text);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class Logger(CapturedLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            logs._entries.Enqueue((logLevel, $"{category}: {formatter(state, exception)}", exception));
    }
}
