using Microsoft.Extensions.Logging;

namespace OrleansLb.EndToEnd.Tests;

internal static partial class LoggerMessages
{
    [LoggerMessage(Level = LogLevel.Information, Message = "record {Number}")]
    public static partial void Record(this ILogger logger, int number);
}
