using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Grains.Lanes;

/// <summary>Sees to it that what an activation leaves while its silo lives on reaches the next activation of its grain, here or elsewhere.</summary>
internal sealed partial class NextActivations(TimeProvider time, ILogger<NextActivations> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>A cluster that has no place for a grain for so long has other troubles; what is left is dropped and counted then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Task, byte> _open = new();

    /// <summary>Completes when everything that was left so far has arrived, or was given up.</summary>
    public Task WhenSettled() => Task.WhenAll(_open.Keys);

    /// <summary>Begins to hand over, once the activation has ended.</summary>
    /// <param name="key">The grain, for the log.</param>
    /// <param name="ended">The end of the activation: a call before that would wait for it.</param>
    /// <param name="bequest">What it leaves.</param>
    /// <param name="enqueue">Hands one part to the grain, by ring slot.</param>
    /// <param name="wake">Has the next activation look into the store; null: there is nothing.</param>
    /// <param name="lost">Counts a part that could not be handed over.</param>
    public void Settle(
        string key, Task ended, Bequest bequest, Func<int, ExportPart, EnqueueTerms, Task<EnqueueOutcome>> enqueue, Func<Task>? wake, Action<ExportPart> lost)
    {
        if (bequest.Parts.Count == 0 && wake is null)
            return;
        var settling = Task.Run(async () =>
        {
            await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (wake is not null)
                await TryUntilDone(key, async () => { await wake().ConfigureAwait(false); return true; }).ConfigureAwait(false);
            foreach (var (part, slot) in bequest.Parts)
                await HandOver(key, part, slot, enqueue, lost).ConfigureAwait(false);
        });
        _open.TryAdd(settling, 0);
        _ = settling.ContinueWith(done => _open.TryRemove(done, out _), TaskScheduler.Default);
    }

    private async Task HandOver(string key, ExportPart part, int slot, Func<int, ExportPart, EnqueueTerms, Task<EnqueueOutcome>> enqueue, Action<ExportPart> lost)
    {
        bool isRead = false;
        bool isTaken = await TryUntilDone(key, async () =>
        {
            isRead = true;
            var outcome = await enqueue(slot, part, EnqueueTerms.AcceptedElsewhere).ConfigureAwait(false);
            isRead = false;
            return !outcome.IsRefusalOfQueue;
        }).ConfigureAwait(false);
        if (!isTaken)
            lost(part);
        if (isRead)
            part.Payload.Leave();
        else
            part.Payload.Release();
    }

    private async Task<bool> TryUntilDone(string key, Func<Task<bool>> attempt)
    {
        long began = time.GetTimestamp();
        while (true)
        {
            try
            {
                if (await attempt().ConfigureAwait(false))
                    return true;
            }
#pragma warning disable CA1031 // whatever a silo that comes or goes throws, it is tried again
            catch (Exception fault)
#pragma warning restore CA1031
            {
                LogNotTaken(fault, key);
            }

            if (time.GetElapsedTime(began) > Patience)
                return false;
            await Task.Delay(Pause, time).ConfigureAwait(false);
        }
    }

    [LoggerMessage(LogLevel.Debug, "The next activation of {Key} did not take what the last one left; it is tried again")]
    private partial void LogNotTaken(Exception fault, string key);
}
