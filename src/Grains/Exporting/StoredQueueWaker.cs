using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Exporting;

/// <summary>
/// Sees to it that stored queues are delivered although nobody sends to their grains: at the start of the process, and again and again, since in a
/// cluster the silo that had them may be gone.
/// </summary>
internal sealed partial class StoredQueueWaker(
    IGrainFactory grains, IExporterCatalog catalog, TimeProvider time, ILogger<StoredQueueWaker> logger) : BackgroundService
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan BackOff = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        catalog.ComponentIds.Where(id => catalog.Get(id).Queue is { Enabled: true, Storage: not null }).Select(id => WakeAsync(id, stoppingToken)));

    private async Task WakeAsync(string componentId, CancellationToken stopping)
    {
        bool failing = false;
        while (!stopping.IsCancellationRequested)
        {
            var pause = Period;
            try
            {
                await grains.GetGrain<IQueueIndexGrain>(componentId).WakeAll().WaitAsync(stopping).ConfigureAwait(false);
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
                    LogNotWoken(fault, componentId);
                failing = true;
                pause = BackOff;
            }

            await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogLevel.Error, "The index of the stored queues of {ComponentId} cannot be read; it is tried again")]
    private partial void LogNotWoken(Exception fault, string componentId);
}
