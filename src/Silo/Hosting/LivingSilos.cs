using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace OrleansLb.Silo.Hosting;

/// <summary>The silos of the cluster, as a process without one knows them.</summary>
internal interface ILivingSilos
{
    /// <summary>The names of the silos that are active, by the last answer, in order; none before the first. Another list when they are others.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>There is another list.</summary>
    event Action? Changed;

    /// <summary>Ends when the first one is known.</summary>
    Task FirstAsync(CancellationToken cancellationToken);

    /// <summary>Something has happened that may have changed the answer.</summary>
    void AskSoon();
}

/// <summary>Asks one of the silos, now and again, since nobody tells a client.</summary>
internal sealed partial class LivingSilos(IGrainFactory grains, TimeProvider time, ILogger<LivingSilos> logger) : BackgroundService, ILivingSilos
{
    // each question is a read of the store of members
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>The least time between two questions, while nobody is known yet or somebody is in a hurry.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _hurry = new(0, 1);
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string[] _names = [];

    public event Action? Changed;

    public IReadOnlyList<string> Names => _names;

    public Task FirstAsync(CancellationToken cancellationToken) => _first.Task.WaitAsync(cancellationToken);

    public void AskSoon()
    {
        try
        {
            _hurry.Release();
        }
        catch (SemaphoreFullException)
        {
            // somebody has said so already
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _hurry.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await AskAsync(stoppingToken).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // whatever a lost silo or an absent store throws, the last answer stays in force
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (!stoppingToken.IsCancellationRequested)
                    LogNoAnswer(exception);
            }

            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_names.Length > 0)
                await WaitForHurryAsync(stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        var hosts = await grains.GetGrain<IManagementGrain>(0).GetDetailedHosts(onlyActive: true, cancellationToken).WaitAsync(Period, time, cancellationToken).ConfigureAwait(false);
        string[] names = [.. hosts.Select(static host => host.SiloName ?? "").Order(StringComparer.Ordinal)];

        // a cluster without silos does not answer; an empty list is a mistake of the moment
        if (names.Length > 0 && !names.AsSpan().SequenceEqual(_names))
        {
            _names = names;
            Changed?.Invoke();
        }

        if (names.Length > 0)
            _first.TrySetResult();
    }

    private async Task WaitForHurryAsync(CancellationToken stopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, Period - Pause, Timeout.InfiniteTimeSpan);
        await _hurry.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [LoggerMessage(LogLevel.Debug, "the cluster does not say which silos it has")]
    private partial void LogNoAnswer(Exception exception);
}
