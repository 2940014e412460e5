using Microsoft.Extensions.Logging;

namespace OrleansLb.Ingress.Pipeline;

public sealed partial class QueueingConsumer
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "{ComponentId}: the sending queue of {Signal} did not answer")]
    private partial void LogLost(Exception? exception, string componentId, OrleansLb.Otlp.Signal signal);
}
