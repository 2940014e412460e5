using Microsoft.Extensions.Logging;
using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Silo.Hosting;

/// <summary>Takes the program out of service without losing what was accepted, within a given time.</summary>
internal sealed partial class ShutdownSequence(IShutdownSteps steps, TimeProvider time, ILogger<ShutdownSequence> logger)
{
    // Counting what is left and deactivation need a moment of the time too; they must not begin when the time is over.
    private const double ShareKeptForGrains = 0.05;
    private const double MostForGrains = 0.25;
    private static readonly TimeSpan LeastForGrains = TimeSpan.FromMilliseconds(500);

    // Callers that wait for room in a full queue must not eat the time in which the queues are emptied.
    private const double MostForReceivers = 0.5;

    /// <summary>Runs all steps. A step that fails or overruns is logged, and the next one runs.</summary>
    /// <returns>What could not be delivered; empty when nothing was lost.</returns>
    public async Task<IReadOnlyList<DrainReport>> RunAsync(TimeSpan timeout)
    {
        long started = time.GetTimestamp();
        TimeSpan Left() => timeout - time.GetElapsedTime(started) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

        steps.LeaveService();
        await StepAsync("receivers", timeout * MostForReceivers, steps.StopReceiversAsync).ConfigureAwait(false);

        IReadOnlyList<DrainReport> reports = [];
        var patience = Left() - KeptForGrains(timeout);
        patience = patience > TimeSpan.Zero ? patience : TimeSpan.Zero;
        await StepAsync("queues", Left(), async _ => reports = await steps.DrainAsync(patience).ConfigureAwait(false)).ConfigureAwait(false);

        var undelivered = reports.Where(static r => r.Requests > 0).ToArray();
        foreach (var report in undelivered)
            LogUndelivered(report.SendingQueue, report.Backend, report.Slot, report.Requests, report.Items);

        foreach (var report in reports.Where(static r => r.Kept > 0))
            LogKept(report.SendingQueue, report.Backend, report.Slot, report.Kept);

        await StepAsync("grains", Left(), steps.StopGrainsAsync).ConfigureAwait(false);
        long items = undelivered.Sum(static r => r.Items);
        var duration = time.GetElapsedTime(started);
        LogStopped(items, duration);
        return undelivered;
    }

    private static TimeSpan KeptForGrains(TimeSpan timeout)
    {
        var share = timeout * ShareKeptForGrains;
        var least = timeout * MostForGrains is var most && most < LeastForGrains ? most : LeastForGrains;
        return share > least ? share : least;
    }

    private async Task StepAsync(string step, TimeSpan limit, Func<CancellationToken, Task> run)
    {
        using var expired = new CancellationTokenSource(limit, time);
        try
        {
            await run(expired.Token).WaitAsync(expired.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (expired.IsCancellationRequested)
        {
            LogOverrun(step, limit);
        }
#pragma warning disable CA1031 // a fault in one step must not keep the others from running
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogStepFailed(exception, step);
        }
    }
}
