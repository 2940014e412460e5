using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using OrleansLb.Grains.Lanes;

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
}

/// <summary>Long-polls one of the silos after the other, since nobody tells a client: it hears of a silo that is gone when the others do.</summary>
internal sealed partial class LivingSilos(IGrainFactory grains, TimeProvider time, ILogger<LivingSilos> logger) : BackgroundService, ILivingSilos
{
    /// <summary>How long a poll waits for news, and how late its answer may be before another silo is asked: that one may be the silo that is gone.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The least time between two polls that bring nothing.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private const int Keys = 16;

    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string[] _names = [];

    public event Action? Changed;

    public IReadOnlyList<string> Names => _names;

    public Task FirstAsync(CancellationToken cancellationToken) => _first.Task.WaitAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        int key = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await PollAsync(grains.GetGrain<ISilosGrain>(key), stoppingToken).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // whatever a lost silo or gateway throws, the last answer stays in force
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (stoppingToken.IsCancellationRequested)
                    return;
                LogNoAnswer(exception);

                // by another gateway, as a rule: the client chooses it by the key
                key = (key + 1) % Keys;
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task PollAsync(ISilosGrain silos, CancellationToken stopping)
    {
        string[] known = _names;
        using var late = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var answer = silos.GetActive(known, Patience, late.Token);
        string[] names;
        try
        {
            names = await answer.WaitAsync(2 * Patience, time, stopping).ConfigureAwait(false);
        }
        catch
        {
            await late.CancelAsync().ConfigureAwait(false);
            throw;
        }

        // a cluster without silos does not answer; an empty list is a mistake of the moment
        if (names.Length == 0)
        {
            await Task.Delay(Pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        if (!names.AsSpan().SequenceEqual(known))
        {
            _names = names;
            Changed?.Invoke();
        }

        _first.TrySetResult();
    }

    [LoggerMessage(LogLevel.Debug, "the cluster does not say which silos it has")]
    private partial void LogNoAnswer(Exception exception);
}
