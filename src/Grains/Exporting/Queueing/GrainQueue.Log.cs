using Microsoft.Extensions.Logging;

namespace OrleansLb.Grains.Exporting.Queueing;

internal sealed partial class GrainQueue
{
    [LoggerMessage(LogLevel.Information, "{Parts} parts are left in the store of {Key} and are delivered now")]
    private partial void LogRecovered(int parts, string key);

    [LoggerMessage(LogLevel.Information, "{Parts} parts of {Key} were passed on, since it ends here")]
    private partial void LogMoved(int parts, string key);

    [LoggerMessage(LogLevel.Error, "The stored queue of {Key} cannot be opened, its callers are refused: {Message}")]
    private partial void LogNotOpened(string key, string message);

    [LoggerMessage(LogLevel.Error, "Segment {Segment} of {Key} is corrupt or gone and was put aside; {Parts} accepted parts are lost as far as is known")]
    private partial void LogQuarantined(Exception? fault, long segment, string key, int parts);

    [LoggerMessage(LogLevel.Warning, "The store of {Key} failed: {Operation}")]
    private partial void LogStoreFailed(Exception? fault, string key, string operation);

    [LoggerMessage(LogLevel.Debug, "The empty queue of {Key} stays in the index")]
    private partial void LogNotUnregistered(Exception fault, string key);

    [LoggerMessage(LogLevel.Error, "Delivering {Items} items of {Key} failed for a fault of this program")]
    private partial void LogFault(Exception fault, string key, int items);
}
