using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace OrleansLb.Embedded.Engine;

internal sealed partial class Activation
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Grain {Grain} could not be activated")]
    private static partial void LogActivationFailed(ILogger logger, Exception exception, GrainId grain);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Grain {Grain} failed while it was deactivated")]
    private static partial void LogDeactivationFailed(ILogger logger, Exception exception, GrainId grain);
}
