using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace OrleansLb.Silo.Hosting;

internal sealed partial class TerminationSignals
{
    [LoggerMessage(Level = LogLevel.Information, Message = "shutting down; a second signal ends the process at once")]
    private partial void LogSignal(PosixSignal signal);

    [LoggerMessage(Level = LogLevel.Warning, Message = "second signal: ending at once, queues are lost")]
    private partial void LogSecondSignal(PosixSignal signal);

    [LoggerMessage(Level = LogLevel.Warning, Message = "reloading the configuration is not supported yet")]
    private partial void LogNoReload();
}
