using Microsoft.Extensions.Logging;

namespace OrleansLb.Ingress.Receivers;

internal sealed partial class FanOut
{
    [LoggerMessage(1, LogLevel.Error, "{ComponentId} failed on a request; the client is answered INTERNAL")]
    private partial void LogFault(Exception fault, string componentId);
}
