using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansLb.Grains.Lanes;
using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Exporting.StoredQueues;

/// <summary>
/// Sees to it that stored queues are delivered although nobody sends to their grains: at the start of the process, when a silo of the cluster is gone, and again and again, since
/// either may have been missed. Where a grain wakes is for its lane to say: waking those of living silos moves none of them.
/// </summary>
internal sealed partial class StoredQueueWaker(
    IGrainFactory grains, IExporterCatalog catalog, ILanes lanes, TimeProvider time, ILogger<StoredQueueWaker> logger) : BackgroundService
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan BackOff = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        catalog.ComponentIds.SelectMany(IndexesOf).Select(key => WakeAsync(key.ToString(), stoppingToken)));

    private IEnumerable<QueueIndexKey> IndexesOf(string componentId)
    {
        var exporter = catalog.Get(componentId);
        if (exporter.SendingQueue is { Storage: not null })
            yield return new QueueIndexKey(componentId, IsTopLevel: true);
        if (exporter.Queue is { Enabled: true, Storage: not null })
            yield return new QueueIndexKey(componentId, IsTopLevel: false);
    }

    private async Task WakeAsync(string index, CancellationToken stopping)
    {
        bool failing = false;
        while (!stopping.IsCancellationRequested)
        {
            var pause = Period;
            var departure = lanes.NextDeparture;
            try
            {
                await grains.GetGrain<IQueueIndexGrain>(index).WakeAll().WaitAsync(stopping).ConfigureAwait(false);
                failing = false;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // whatever a store or a lost silo throws, it is tried again
            catch (Exception fault)
#pragma warning restore CA1031
            {
                if (!failing)
                    LogNotWoken(fault, index);
                failing = true;
                pause = BackOff;
            }

            await departure.WaitAsync(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogLevel.Error, "The index of the stored queues of {Index} cannot be read; it is tried again")]
    private partial void LogNotWoken(Exception fault, string index);
}
