using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Routing;

namespace OrleansLb.Grains.Exporting;

/// <summary>An exporter grain's view of the routing tables, and the waits that their changes cut short. Used on its grain's turns only.</summary>
internal sealed class TableWatch(IRoutingTables tables, string componentId, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan BackOff = TimeSpan.FromSeconds(1);
    private CancellationTokenSource _wake = new();
    private string? _lastBackend;
    private string? _lastEndpoint;

    /// <summary>The newest table.</summary>
    public RoutingTable Current => tables.Current(componentId);

    /// <summary>The epoch since which a ring slot has been taken, or kept for a replacement, without a break; null when it is neither.</summary>
    public long? SinceOf(int slot) => Current.SinceOf(slot);

    /// <summary>The <c>host:port</c> of a ring slot's backend; null while the seat is vacant.</summary>
    public string? EndpointOf(int slot)
    {
        // asked for every part, and nearly always for the same one
        var backend = Current.BackendOf(slot);
        if (!ReferenceEquals(backend, _lastBackend))
            (_lastBackend, _lastEndpoint) = (backend, backend is null ? null : BackendEndpoint.WithDefaultPort(backend));
        return _lastEndpoint;
    }

    /// <summary>Calls <paramref name="changed"/> and ends the waits at every new table, until the token ends it.</summary>
    /// <param name="known">The epoch that is known already.</param>
    /// <param name="changed">What to do at a new table before the waits end.</param>
    /// <param name="failed">Told of a feed that throws; it is asked again.</param>
    /// <param name="ended">The end.</param>
    public async Task Follow(long known, Action changed, Action<Exception> failed, CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            try
            {
                known = (await tables.NewerThan(componentId, known, ended)).Epoch;
                changed();
                Wake();
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // the loop must outlive whatever a feed throws
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failed(exception);
                await Delay(BackOff, ended);
            }
        }
    }

    /// <summary>Waits until the time is over or, looked at whenever something has changed, the condition holds.</summary>
    /// <param name="delay">The time.</param>
    /// <param name="orUntil">The condition.</param>
    /// <param name="change">Is cancelled by a change that belongs to this wait alone; the condition holds then.</param>
    public async Task Wait(TimeSpan delay, Func<bool> orUntil, CancellationToken change = default)
    {
        long began = time.GetTimestamp();
        bool limited = delay != Timeout.InfiniteTimeSpan;
        while (!orUntil())
        {
            var left = limited ? delay - time.GetElapsedTime(began) : Timeout.InfiniteTimeSpan;
            if (limited && left <= TimeSpan.Zero)
                return;
            if (!change.CanBeCanceled)
            {
                await Delay(left, _wake.Token);
                continue;
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(_wake.Token, change);
            await Delay(left, either.Token);
        }
    }

    /// <summary>Lets everybody who waits look at the condition again.</summary>
    public void Wake()
    {
        using var woken = _wake;
        _wake = new CancellationTokenSource();
        woken.Cancel();
    }

    public void Dispose() => _wake.Dispose();

    private async Task Delay(TimeSpan delay, CancellationToken cutShort) =>
        await Task.Delay(delay, time, cutShort)
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
}
