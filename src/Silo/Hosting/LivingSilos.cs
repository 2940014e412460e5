using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace OrleansLb.Silo.Hosting;

/// <summary>The silos of the cluster, as a client knows them: it asks one of them, now and again, since nobody tells a client.</summary>
internal sealed partial class LivingSilos(IGrainFactory grains, TimeProvider time, ILogger<LivingSilos> logger) : BackgroundService
{
    // each question is a read of the store of members
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private volatile string[] _names = [];

    /// <summary>The names of the silos that are active, by the last answer; none before the first.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Asks now.</summary>
    public async Task<IReadOnlyList<string>> RefreshAsync(CancellationToken cancellationToken)
    {
        var hosts = await grains.GetGrain<IManagementGrain>(0).GetDetailedHosts(onlyActive: true, cancellationToken).WaitAsync(Period, time, cancellationToken).ConfigureAwait(false);
        return _names = [.. hosts.Select(static host => host.SiloName ?? "").Order(StringComparer.Ordinal)];
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RefreshAsync(stoppingToken).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // whatever a lost silo or an absent store throws, the last answer stays in force
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (!stoppingToken.IsCancellationRequested)
                    LogNoAnswer(exception);
            }

            await Task.Delay(Period, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogLevel.Debug, "the cluster does not say which silos it has")]
    private partial void LogNoAnswer(Exception exception);
}
