using Orleans;
using OrleansLb.Grains.Exporting;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.SendingQueues;

namespace OrleansLb.Silo.Hosting;

/// <summary>
/// Empties the queues of this process: first those before the split, while the ring slots take what they hand on, then those of the ring slots, vacant
/// seats included. Each stage in parallel.
/// </summary>
internal sealed class ExporterDrain(IGrainFactory grains, ActiveExporterGrains active, TimeProvider time)
{
    // What comes out of the first queues late must still be delivered.
    private const double MostForSendingQueues = 0.5;

    public async Task<IReadOnlyList<DrainReport>> RunAsync(TimeSpan patience)
    {
        long began = time.GetTimestamp();
        var first = Task.WhenAll(active.SendingQueues.Select(key => grains.GetGrain<ISendingQueueGrain>(key.ToString()).Drain(patience * MostForSendingQueues)));

        // A queue whose time is over waits for the ring slots that have not answered it; they answer when they are drained themselves.
        await ((Task)first).WaitAsync(patience * MostForSendingQueues, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var left = patience - time.GetElapsedTime(began);
        var second = Task.WhenAll(active.Keys.Select(key => grains.GetGrain<IExporterGrain>(key.ToString()).Drain(left > TimeSpan.Zero ? left : TimeSpan.Zero)));
        return [.. await first.ConfigureAwait(false), .. await second.ConfigureAwait(false)];
    }
}
