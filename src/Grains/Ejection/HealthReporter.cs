using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Ejection;

/// <summary>Tells the resolver grain of every exporter what the exporter grains of this process have seen of its backends: often while one of them fails, else now and then.</summary>
internal sealed partial class HealthReporter(
    IGrainFactory grains, IExporterCatalog catalog, BackendHealth health, TimeProvider time, ILogger<HealthReporter> logger) : BackgroundService
{
    /// <summary>Time between two looks.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Time between two reports of backends that are all well: so that those are heard, too, when others complain.</summary>
    public static readonly TimeSpan QuietPeriod = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(catalog.ComponentIds.Where(id => catalog.Get(id).Ejects).Select(id => Watch(id, stoppingToken)));

    private async Task Watch(string componentId, CancellationToken stopping)
    {
        var resolver = grains.GetGrain<IResolverGrain>(componentId);
        long last = 0;
        bool failed = false;
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(Period, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var report = health.Report(componentId);
            bool fails = report.Slots.Any(static slot => slot.FailingFor is not null);
            if (stopping.IsCancellationRequested || !(fails || failed || (!report.Slots.IsEmpty && time.GetElapsedTime(last) >= QuietPeriod)))
                continue;
            failed = fails;
            last = time.GetTimestamp();
            try
            {
                await resolver.ReportHealth(report).WaitAsync(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // whatever a lost silo throws, the next report says the same
            catch (Exception fault)
#pragma warning restore CA1031
            {
                LogNotReported(fault, componentId);
            }
        }
    }

    [LoggerMessage(LogLevel.Debug, "{ComponentId}: what was seen of its backends could not be reported")]
    private partial void LogNotReported(Exception fault, string componentId);
}
