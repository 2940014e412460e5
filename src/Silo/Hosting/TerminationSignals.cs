using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace OrleansLb.Silo.Hosting;

/// <summary>SIGTERM and SIGINT ask for a shutdown; the second one ends the process at once. SIGHUP is answered in the log.</summary>
internal sealed partial class TerminationSignals : IDisposable
{
    private readonly CancellationTokenSource _requested = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly ILogger _logger;
    private int _received;

    public TerminationSignals(ILogger<TerminationSignals> logger)
    {
        _logger = logger;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnTermination),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnTermination),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnHangUp),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Requested => _requested.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _requested.Dispose();
    }

    private void OnTermination(PosixSignalContext context)
    {
        context.Cancel = true;

        // counted before anything else: signals come on threads of their own, and the second may follow on the first one's log line
        if (Interlocked.Increment(ref _received) > 1)
        {
            LogSecondSignal(context.Signal);
            Environment.Exit(context.Signal == PosixSignal.SIGINT ? 130 : 143);
        }

        LogSignal(context.Signal);
        _requested.Cancel();
    }

    private void OnHangUp(PosixSignalContext context)
    {
        context.Cancel = true;
        LogNoReload();
    }
}
