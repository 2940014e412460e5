using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Dashboard;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansLb.Grains.Ejection;
using OrleansLb.Grains.Lanes;
using OrleansLb.Grains.Membership.Resolving;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Persistence;
using OrleansLb.Grains.Sending;

namespace OrleansLb.Grains.Membership;

/// <summary>
/// Runs the resolver of one exporter on a timer and is the only writer of its seats, table and epoch, those of backends that take nothing any more included. A resolution that
/// fails or finds nobody changes nothing until the list is too old to be used. What becomes due between two resolutions (a change
/// that was debounced, a vacant seat whose window ends) has a timer of its own.
/// </summary>
[KeepAlive, ExporterPlacement]
internal sealed partial class ResolverGrain(
    [FromKeyedServices("orleanslb")] IGrainStorage store,
    EpochReservation reservation,
    IExporterCatalog catalog,
    BackendResolvers resolvers,
    ResolverMetrics metrics,
    EjectionMetrics ejectionMetrics,
    IOtlpClientPool clients,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<ResolverGrain> logger) : Grain, IResolverGrain, IDisposable
{
    private LoadBalancingOptions _options = null!;
    private IBackendResolver _resolver = null!;
    private IGrainTimer _timer = null!;
    private RoutingSnapshot _snapshot = RoutingSnapshot.None;
    private TaskCompletionSource _changed = NewSignal();
    private AnswerFilter _answers = null!;
    private IGrainTimer? _deadline;
    private long _epochFloor;
    private string? _failure;

    // a list that cannot change has no replacements to wait for, without a queue nothing could wait for them, and other replicas would not know
    private TimeSpan Window => _options.Queue.Enabled && _resolver.Interval is not null && MembershipState.GoesOn(_options.Ring, Replicas)
        ? _options.Membership.ReplacementWindow : TimeSpan.Zero;

    private ReplicaMode Replicas => _options.Membership.Replicas;

    private TimeSpan Period => _resolver.Interval ?? Timeout.InfiniteTimeSpan;

    /// <summary>The first resolution belongs to the activation, so that the first poll does not see the list of the last run while a newer one is to be had.</summary>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _options = catalog.Get(this.GetPrimaryKeyString());
        _resolver = resolvers.Create(_options.Resolver);
        _answers = new AnswerFilter(_options.Membership, time);
        _ejections = new Ejections(_options, clients, time);
        _epochs = new EpochBlock(store, this.GetGrainId(), reservation);
        if (await TryRead())
            await Begin(cancellationToken);
        _timer = this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(Period, Period) { KeepAlive = true });
        _deadline = this.RegisterGrainTimer(
            MeetDeadline, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { KeepAlive = true });
        ArmDeadline();
        _probing = this.RegisterGrainTimer(
            ProbeEjected, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { KeepAlive = true });
        Tell(State, State);
    }

    /// <inheritdoc/>
    // a poll lasts as long as there is no news, so the time that it takes says nothing
    [NoProfiling]
    public async Task<RoutingSnapshot> GetSnapshot(long knownEpoch, TimeSpan patience, CancellationToken cancellationToken)
    {
        // what others route by goes on; to answer that there is nobody would be wrong
        if (_unreadable is { } reason)
            throw new StorageUnavailableException($"{_options.ComponentId}: the store of the routing table does not answer: {reason}");

        if (knownEpoch > _snapshot.Epoch && knownEpoch > _epochFloor)
        {
            // the store has lost what others still route by: go on above it
            _epochFloor = knownEpoch;
            _timer.Change(TimeSpan.Zero, Period);
        }

        if (_snapshot.Epoch <= knownEpoch && patience > TimeSpan.Zero && !_isEnding)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping, cancellationToken);
            await _changed.Task.WaitAsync(patience, time, ended.Token)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }

        // a list that is in force goes without the reason why there is no newer one: the log and the metrics say it
        return _failure is null || !_snapshot.Slots.IsEmpty ? _snapshot : _snapshot with { Failure = _failure };
    }

    private async Task Begin(CancellationToken cancellationToken)
    {
        if (!State.Slots.IsEmpty)
        {
            // the configuration may name another ring than it did when the state was written, or an older version may have dealt its own table
            await Adopt(State.On(_options.Ring, Replicas, time.GetUtcNow(), Window));
        }

        await Resolve(cancellationToken);
    }

    private async Task Tick(CancellationToken cancellationToken)
    {
        try
        {
            if (_unreadable is null)
                await Resolve(cancellationToken);
            else if (await TryRead())
                await Begin(cancellationToken);
            ArmDeadline();
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
            _answers.Failed();
        }
        else
        {
            if (_failure is not null)
                LogRecovered(_options.ComponentId);
            _answers.Answered(resolution.Backends);
        }

        _failure = failure;
        await Settle();
    }

    // a change whose time has come is looked at once more first, so that the newest answer counts
    private Task MeetDeadline(CancellationToken cancellationToken) =>
        _answers.IsChangeDue || _unreadable is not null ? Tick(cancellationToken) : Settle();

    /// <summary>Puts in force what is due by now.</summary>
    private async Task Settle()
    {
        if (!await HasEpochs())
        {
            ArmDeadline();
            return;
        }

        var state = State;
        var now = time.GetUtcNow();
        if (_answers.IsStale)
        {
            if (!state.Lapsed && !state.Slots.IsEmpty)
            {
                LogLapsed(_options.ComponentId, _options.Membership.StaleGrace.TotalSeconds);
                Count(0);
            }

            state = state.Lapse();
        }
        else
        {
            if (_answers.Advance())
            {
                Count(_answers.InForce.Length);
                string names = string.Join(", ", _answers.InForce);
                LogBackends(_options.ComponentId, _answers.InForce.Length, names);
            }

            if (!_answers.InForce.IsEmpty)
                state = state.Apply(_answers.InForce, _options.Ring, Replicas, now, Window);
            else if (!state.Slots.IsEmpty)
                state = state.On(_options.Ring, Replicas, now, Window);
        }

        state = _ejections.Settle(state);
        if (!ReferenceEquals(state, State))
            Tell(State, state);
        foreach (var held in state.Held)
        {
            if (held.LeftAt == now && !ReferenceEquals(state, State))
                LogHeld(_options.ComponentId, held.Seat.Slot, held.Seat.Backend, Window.TotalSeconds);
        }

        await Adopt(state);
        ArmDeadline();
    }

    private void Count(int backends)
    {
        metrics.Updated(_options.ComponentId, _options.Resolver.Kind);
        metrics.InUse(_options.ComponentId, _options.Resolver.Kind, backends);
    }

    private void ArmDeadline()
    {
        var due = _answers.NextDue;
        if (!State.Lapsed)
        {
            var now = time.GetUtcNow();
            foreach (var held in State.Held)
            {
                var left = held.LeftAt + Window - now;
                due = left < due ? left : due ?? left;
            }
        }

        // what the store did not take, or did not give, is tried again
        if (_unreadable is not null || _isShort || (_unwritten && _epochs.IsShared))
            due = due < StoreRetry ? due : StoreRetry;

        // whole milliseconds, since a timer that rings early would ring for nothing
        var delay = due is { } soon ? TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(soon.TotalMilliseconds), 1, int.MaxValue)) : Timeout.InfiniteTimeSpan;
        _deadline?.Change(delay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Stores and publishes a state if it is news. Routing by a list that could not be stored beats routing by an old one; the next resolution stores it.</summary>
    private async Task Adopt(MembershipState state)
    {
        if (state.Epoch <= _epochFloor && !state.Slots.IsEmpty)
            state = state with { Epoch = _epochFloor + 1 };
        if (_unwritten || !ReferenceEquals(state, State))
        {
            State = state;
            if (!await TryWrite())
                return;
        }

        // nobody at all is never news: whoever has a table keeps it
        if (state.Epoch == _snapshot.Epoch || state.Slots.IsEmpty)
            return;
        _snapshot = state.ToSnapshot();
        var changed = _changed;
        _changed = NewSignal();
        changed.TrySetResult();
    }

    // asynchronous continuations: a waiting call must resume on a turn of its own
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
