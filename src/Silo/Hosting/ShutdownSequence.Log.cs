using Microsoft.Extensions.Logging;

namespace OrleansLb.Silo.Hosting;

internal sealed partial class ShutdownSequence
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "not delivered before the shutdown timeout")]
    private partial void LogUndelivered(string? queue, string? backend, int? slot, int requests, long items);

    [LoggerMessage(Level = LogLevel.Information, Message = "not delivered before the shutdown timeout, kept in the queue's store")]
    private partial void LogKept(string? queue, string? backend, int? slot, int requests);

    [LoggerMessage(Level = LogLevel.Warning, Message = "part of the shutdown did not end in time")]
    private partial void LogOverrun(string step, TimeSpan limit);

    [LoggerMessage(Level = LogLevel.Error, Message = "part of the shutdown failed")]
    private partial void LogStepFailed(Exception exception, string step);

    [LoggerMessage(Level = LogLevel.Information, Message = "orleanslb has stopped")]
    private partial void LogStopped(long undeliveredItems, TimeSpan duration);
}
