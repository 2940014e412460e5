using Microsoft.Extensions.Logging;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Grains.Exporting;

internal sealed partial class ExporterGrain
{
    [LoggerMessage(LogLevel.Warning, "Backend {Endpoint} fails, parts are tried again: {Code} {Message}")]
    private partial void LogFailing(string endpoint, GrpcStatusCode code, string message);

    [LoggerMessage(LogLevel.Information, "Backend {Endpoint} answers again")]
    private partial void LogRecovered(string endpoint);

    [LoggerMessage(LogLevel.Warning, "Backend {Endpoint} took a request of {Items} items and rejected {Rejected} of them: {Message}")]
    private partial void LogPartialSuccess(string endpoint, long rejected, int items, string message);

    [LoggerMessage(LogLevel.Error, "Exporting failed. Dropping data. Backend {Endpoint} refused {Items} items for good: {Code} {Message}")]
    private partial void LogRefused(string endpoint, GrpcStatusCode code, string message, int items);

    [LoggerMessage(LogLevel.Warning, "Backend {Endpoint} refused a batch of {Parts} parts for good, they are sent one by one: {Code} {Message}")]
    private partial void LogSentApart(string endpoint, int parts, GrpcStatusCode code, string message);

    [LoggerMessage(LogLevel.Error, "Exporting failed. Dropping data. No more retries left for {Items} items to backend {Endpoint}: {Code} {Message}")]
    private partial void LogExhausted(string endpoint, GrpcStatusCode code, string message, int items);

    [LoggerMessage(LogLevel.Error, "Exporting failed. Dropping data. {Items} items of vacant ring slot {Slot} cannot be split for their new owners: {Message}")]
    private partial void LogUnsplittable(int items, int slot, string message);

    [LoggerMessage(LogLevel.Information, "Ring slot {Slot} of {ComponentId} is vacant; what its queue holds is dealt out again")]
    private partial void LogDealingOut(int slot, string componentId);

    [LoggerMessage(LogLevel.Debug, "Ring slot {Slot} did not take a part that was dealt out to it: {Message}")]
    private partial void LogNotTaken(int slot, string message);

    [LoggerMessage(LogLevel.Warning, "No news of the routing tables of {ComponentId}")]
    private partial void LogTablesLost(Exception fault, string componentId);

    [LoggerMessage(LogLevel.Warning, "The stored queue of {Key} was taken over by another silo, which took this one for dead: nothing more is stored here, and it ends")]
    private partial void LogOvertaken(ExporterGrainKey key);

    [LoggerMessage(LogLevel.Error, "Delivering {Items} items of {Key} failed for a fault of this program")]
    private partial void LogFault(Exception fault, ExporterGrainKey key, int items);
}
