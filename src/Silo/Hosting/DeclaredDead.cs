using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace OrleansLb.Silo.Hosting;

/// <summary>
/// Hears from Orleans that the others have declared this silo dead, as they do with one that stood still for too long. Its place in the cluster is lost, and its calls go nowhere;
/// but what waits in its memory is nowhere else, so it may still be sent before the process ends.
/// </summary>
/// <remarks>Orleans' own handler ends the process on the spot, which is right for all other fatal errors.</remarks>
internal sealed partial class DeclaredDead(ILogger<DeclaredDead> logger) : IFatalErrorHandler, IDisposable
{
    private readonly CancellationTokenSource _told = new();

    /// <summary>Cancelled when the silo hears of it.</summary>
    public CancellationToken Told => _told.Token;

    public bool IsUnexpected(Exception exception) => exception is not (OperationCanceledException or ThreadAbortException);

    public void OnFatalException(object? sender, string? context, Exception? exception)
    {
        // no exception: a verdict of the membership and no fault
        if (exception is not null)
        {
            LogFatal(exception, context);
            Environment.FailFast(context, exception);
        }

        LogToldDead(context);
        _ = _told.CancelAsync();
    }

    public void Dispose() => _told.Dispose();

    [LoggerMessage(LogLevel.Error, "The cluster has declared this silo dead: it takes nothing more, sends what waits in its memory, and ends. {Context}")]
    private partial void LogToldDead(string? context);

    [LoggerMessage(LogLevel.Critical, "Orleans cannot go on: {Context}")]
    private partial void LogFatal(Exception exception, string? context);
}
