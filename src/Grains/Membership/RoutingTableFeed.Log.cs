using Microsoft.Extensions.Logging;

namespace OrleansLb.Grains.Membership;

internal sealed partial class RoutingTableFeed
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "{ComponentId}: routing by epoch {Epoch}, {Backends} backends")]
    private partial void LogTable(string componentId, long epoch, int backends);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{ComponentId}: the resolver grain cannot be reached; routing goes on by the last table, next try in {Delay} ms")]
    private partial void LogPollFailed(Exception exception, string componentId, double delay);
}
