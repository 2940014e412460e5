using Microsoft.Extensions.Logging;

namespace OrleansLb.Ingress.Pipeline;

public sealed partial class LoadBalancingConsumer
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "{ComponentId}: the exporter grain of ring slot {Slot} did not answer")]
    private partial void LogLost(Exception? exception, string componentId, int slot);
}
