using Microsoft.Extensions.Logging;

namespace OrleansLb.Grains.Exporting.SendingQueues;

internal sealed partial class SendingQueueGrain
{
    [LoggerMessage(LogLevel.Error, "Exporting failed. Dropping data. {Items} items of {Key} were not taken: {Message}")]
    private partial void LogDropped(int items, string key, string? message);

    [LoggerMessage(LogLevel.Error, "Exporting failed. Dropping data. {Items} items of {Key} were not taken: {Message}. Try enabling retry_on_failure to try again what may be taken later.")]
    private partial void LogDroppedWithoutRetry(int items, string key, string? message);

    [LoggerMessage(LogLevel.Warning, "No news of the routing tables of {ComponentId}")]
    private partial void LogTablesLost(Exception fault, string componentId);

    [LoggerMessage(LogLevel.Warning, "The stored queue of {Key} was taken over by another silo, which took this one for dead: nothing more is stored here, and it ends")]
    private partial void LogOvertaken(string key);

    [LoggerMessage(LogLevel.Error, "Delivering {Items} items of {Key} failed for a fault of this program")]
    private partial void LogFault(Exception fault, string key, int items);
}
