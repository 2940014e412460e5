using Microsoft.Extensions.Logging;

namespace OrleansLb.Grains.Membership;

internal sealed partial class ResolverGrain
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{ComponentId}: {Count} backends: {Backends}")]
    private partial void LogBackends(string componentId, int count, string backends);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{ComponentId}: resolution failed: {Failure}; {Kept} backends are kept")]
    private partial void LogFailed(string componentId, string failure, int kept);

    [LoggerMessage(Level = LogLevel.Information, Message = "{ComponentId}: resolution succeeds again")]
    private partial void LogRecovered(string componentId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{ComponentId}: epoch {Epoch} of the routing table could not be stored; it is used all the same")]
    private partial void LogNotWritten(Exception exception, string componentId, long epoch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{ComponentId}: what is stored of the routing table cannot be read; no new tables are made before, and the last one stays in force")]
    private partial void LogNotRead(Exception exception, string componentId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{ComponentId}: the store does not answer and no epoch is left; no new tables are made before it does, and the last one stays in force")]
    private partial void LogNoEpochs(Exception exception, string componentId);

    [LoggerMessage(Level = LogLevel.Information, Message = "{ComponentId}: ring slot {Slot} lost {Backend} and waits {Seconds} s for a replacement")]
    private partial void LogHeld(string componentId, int slot, string backend, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "{ComponentId}: the resolver has failed for {Seconds} s; its last list is not used any more, and requests are refused until it answers")]
    private partial void LogLapsed(string componentId, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{ComponentId}: another activation has stored a routing table; this one ends")]
    private partial void LogOvertaken(Exception exception, string componentId);
}
