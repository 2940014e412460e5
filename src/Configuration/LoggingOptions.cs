using Microsoft.Extensions.Logging;

namespace OrleansLb.Configuration;

/// <summary>The <c>logging</c> block: the program's own log, written to standard error.</summary>
public sealed record LoggingOptions
{
    /// <summary>What is less important is not logged.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>The form of log lines.</summary>
    public LogFormat Format { get; init; } = LogFormat.Logfmt;
}
