using Orleans;
using OrleansLb.Grains.Exporting;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.SendingQueues;
using OrleansLb.Grains.Lanes;

namespace OrleansLb.Silo.Hosting;

/// <summary>
/// Empties the queues of this process: first those before the split, while the ring slots take what they hand on, then those of the ring slots, vacant
/// seats included. Each stage in parallel.
/// </summary>
internal sealed class ExporterDrain(IGrainFactory grains, ActiveExporterGrains active, ILanes lanes, NextActivations next, TimeProvider time)
{
    // What comes out of the first queues late must still be delivered.
    private const double MostForSendingQueues = 0.5;

    // Where others take what waits, only what is on its way is waited for; requests that wait for the ring slots end with these.
    private static readonly TimeSpan s_mostWhereOthersTakeOver = TimeSpan.FromSeconds(1);

    public async Task<IReadOnlyList<DrainReport>> RunAsync(TimeSpan patience)
    {
        long began = time.GetTimestamp();
        await next.WhenSettled().WaitAsync(patience * MostForSendingQueues, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var first = Task.WhenAll(active.SendingQueues.Select(key => grains.GetGrain<ISendingQueueGrain>(key.ToString()).Drain(patience * MostForSendingQueues)));

        // A queue whose time is over waits for the ring slots that have not answered it; they answer when they are drained themselves.
        var alone = patience * MostForSendingQueues;
        await ((Task)first).WaitAsync(alone > s_mostWhereOthersTakeOver && active.SendingQueues.All(key => lanes.OthersFor(key.ToString(), key.ComponentId).Count > 0) ? s_mostWhereOthersTakeOver : alone, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var left = patience - time.GetElapsedTime(began);
        var second = Task.WhenAll(active.Keys.Select(key => grains.GetGrain<IExporterGrain>(key.ToString()).Drain(left > TimeSpan.Zero ? left : TimeSpan.Zero)));
        return [.. await first.ConfigureAwait(false), .. await second.ConfigureAwait(false)];
    }
}
