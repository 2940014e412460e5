using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansLb.Grains.Membership.Resolving;
using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Membership;

/// <summary>
/// Runs the resolver of one exporter on a timer and is the only writer of its seats, table and epoch. A resolution that
/// fails or finds nobody changes nothing.
/// </summary>
[KeepAlive]
internal sealed partial class ResolverGrain(
    [PersistentState("membership", "orleanslb")] IPersistentState<MembershipState> membership,
    IExporterCatalog catalog,
    BackendResolvers resolvers,
    ResolverMetrics metrics,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<ResolverGrain> logger) : Grain, IResolverGrain
{
    private LoadBalancingOptions _options = null!;
    private IBackendResolver _resolver = null!;
    private IGrainTimer _timer = null!;
    private RoutingSnapshot _snapshot = RoutingSnapshot.None;
    private TaskCompletionSource _changed = NewSignal();
    private ImmutableArray<Backend> _resolved = [];
    private long _epochFloor;
    private bool _unwritten;
    private string? _failure;

    private TimeSpan Period => _resolver.Interval ?? Timeout.InfiniteTimeSpan;

    /// <summary>The first resolution belongs to the activation, so that the first poll does not see the list of the last run while a newer one is to be had.</summary>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _options = catalog.Get(this.GetPrimaryKeyString());
        _resolver = resolvers.Create(_options.Resolver);
        if (!membership.State.Slots.IsEmpty)
        {
            // the configuration may name another ring than it did when the state was written
            await Adopt(membership.State.On(_options.Ring));
        }

        await Resolve(cancellationToken);
        _timer = this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(Period, Period) { KeepAlive = true });
    }

    /// <inheritdoc/>
    public async Task<RoutingSnapshot> GetSnapshot(long knownEpoch, TimeSpan patience)
    {
        if (knownEpoch > _snapshot.Epoch && knownEpoch > _epochFloor)
        {
            // the store has lost what others still route by: go on above it
            _epochFloor = knownEpoch;
            _timer.Change(TimeSpan.Zero, Period);
        }

        if (_snapshot.Epoch <= knownEpoch && patience > TimeSpan.Zero)
        {
            await _changed.Task.WaitAsync(patience, time, lifetime.ApplicationStopping)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }

        return _snapshot;
    }

    private async Task Tick(CancellationToken cancellationToken)
    {
        try
        {
            await Resolve(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the activation ends while a look-up is under way
        }
    }

    private async Task Resolve(CancellationToken cancellationToken)
    {
        var resolution = await _resolver.ResolveAsync(cancellationToken);
        string? failure = resolution.Failure ?? MembershipState.Fault(resolution.Backends, _options.Ring);
        metrics.Resolved(_options.ComponentId, _options.Resolver.Kind, success: failure is null);
        if (failure is not null)
        {
            if (_failure != failure)
                LogFailed(_options.ComponentId, failure, _snapshot.Slots.Length);
            _failure = failure;
            if (_unwritten || _epochFloor > _snapshot.Epoch)
                await Adopt(membership.State);
            return;
        }

        if (_failure is not null)
            LogRecovered(_options.ComponentId);
        _failure = null;
        if (!_resolved.AsSpan().SequenceEqual(resolution.Backends.AsSpan()))
        {
            _resolved = resolution.Backends;
            metrics.Updated(_options.ComponentId, _options.Resolver.Kind);
            metrics.InUse(_options.ComponentId, _options.Resolver.Kind, _resolved.Length);
            string names = string.Join(", ", _resolved);
            LogBackends(_options.ComponentId, _resolved.Length, names);
        }

        await Adopt(membership.State.Apply(resolution.Backends, _options.Ring));
    }

    /// <summary>Stores and publishes a state if it is news. Routing by a list that could not be stored beats routing by an old one; the next resolution stores it.</summary>
    private async Task Adopt(MembershipState state)
    {
        if (state.Epoch <= _epochFloor && !state.Slots.IsEmpty)
            state = state with { Epoch = _epochFloor + 1 };
        if (_unwritten || !ReferenceEquals(state, membership.State))
        {
            membership.State = state;
            if (!await TryWrite())
                return;
        }

        if (state.Epoch == _snapshot.Epoch)
            return;
        _snapshot = state.ToSnapshot();
        var changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }

    private async Task<bool> TryWrite()
    {
        try
        {
            await membership.WriteStateAsync();
            _unwritten = false;
            return true;
        }
        catch (InconsistentStateException exception)
        {
            LogOvertaken(exception, _options.ComponentId);
            DeactivateOnIdle();
            return false;
        }
#pragma warning disable CA1031 // whatever a store throws, traffic must go on
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _unwritten = true;
            LogNotWritten(exception, _options.ComponentId, membership.State.Epoch);
            return true;
        }
    }

    // asynchronous continuations: a waiting call must resume on a turn of its own
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
