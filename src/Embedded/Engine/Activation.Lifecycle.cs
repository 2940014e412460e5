using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace OrleansLb.Embedded.Engine;

/// <summary>The first and the last turn.</summary>
internal sealed partial class Activation
{
    private readonly HashSet<GrainTimer> _timers = [];
    private CancellationTokenSource? _activating;
    private CancellationToken _endNow;
    private DeactivationReason? _reason;

    /// <inheritdoc/>
    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default) =>
        Deactivate(deactivationReason, cancellationToken, cancellationToken);

    /// <summary>Ends the activation.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="patience">Cancelled: do not wait any longer for calls that still run.</param>
    /// <param name="cancellationToken">Cancelled: do not wait for OnDeactivateAsync either.</param>
    public void Deactivate(DeactivationReason reason, CancellationToken patience, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            bool first = _reason is null;
            _reason ??= reason;
            if (cancellationToken.CanBeCanceled)
                _endNow = cancellationToken;
            switch (_state)
            {
                case ActivationState.Created:
                    BeginEnding();
                    break;
                case ActivationState.Activating:
                    // A grain that asks for its end while it is being activated still serves the call that woke it.
                    if (reason.ReasonCode != DeactivationReasonCode.ApplicationRequested)
                        _ = _activating?.CancelAsync();
                    break;
                case ActivationState.Active when first:
                    BeginDeactivating();
                    break;
            }
        }

        // Also when the end had begun before: a grain that ends by itself must not keep the engine from ending in time.
        patience.UnsafeRegister(static activation => ((Activation)activation!).StopWaitingForCalls(), this);
    }

    private void StopWaitingForCalls()
    {
        lock (_gate)
        {
            if (_state == ActivationState.Deactivating)
                BeginEnding();
        }
    }

    private void BeginActivating()
    {
        _state = ActivationState.Activating;
        Schedule(static activation => activation.ActivateAsync());
    }

    private void BeginDeactivating()
    {
        _state = ActivationState.Deactivating;
        if (_running == 0)
            BeginEnding();
    }

    private void BeginEnding()
    {
        bool wasActive = _state == ActivationState.Deactivating;
        _state = ActivationState.Ending;
        Schedule(wasActive ? static activation => activation.DeactivateAsync() : static activation => activation.FinishAsync(null));
    }

    private async Task ActivateAsync()
    {
        using var cancellation = new CancellationTokenSource(_directory.Options.ActivationTimeout, _directory.Time);
        lock (_gate)
            _activating = cancellation;
        Exception? failure = null;
        try
        {
            _scope = _directory.Services.CreateAsyncScope();
            _instance = _class.CreateInstance(this, out var records);
            foreach (var record in records)
                await record.ReadStateAsync(cancellation.Token);
            if (_instance is IGrainBase grain)
                await grain.OnActivateAsync(cancellation.Token).WaitAsync(cancellation.Token);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        lock (_gate)
        {
            _activating = null;
            if (failure is null)
            {
                _state = ActivationState.Active;
                _used = true;
                StartWaiting();
                if (_reason is not null)
                    BeginDeactivating();
                return;
            }

            _state = ActivationState.Ending;
        }

        if (_reason is not null && failure is OperationCanceledException)
        {
            await FinishAsync(null);
            return;
        }

        LogActivationFailed(_directory.Logger, failure, GrainId);
        await FinishAsync(failure);
    }

    private async Task DeactivateAsync()
    {
        DisposeTimers();
        using var timeout = new CancellationTokenSource(_directory.Options.DeactivationTimeout, _directory.Time);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _endNow);
        try
        {
            if (_instance is IGrainBase grain)
                await grain.OnDeactivateAsync(_reason.GetValueOrDefault(), cancellation.Token).WaitAsync(cancellation.Token);
        }
        catch (Exception exception)
        {
            LogDeactivationFailed(_directory.Logger, exception, GrainId);
        }

        await FinishAsync(null);
    }

    /// <summary>Frees everything and sends the calls that still wait to the next activation, or fails them if this one could not be activated.</summary>
    private async Task FinishAsync(Exception? failure)
    {
        DisposeTimers();
        try
        {
            if (_instance is IAsyncDisposable asyncDisposable)
                await asyncDisposable.DisposeAsync();
            else
                (_instance as IDisposable)?.Dispose();
            if (_scope is { } scope)
                await scope.DisposeAsync();
        }
        catch (Exception exception)
        {
            LogDeactivationFailed(_directory.Logger, exception, GrainId);
        }

        GrainRequest[] left;
        lock (_gate)
        {
            _state = ActivationState.Ended;
            left = _waiting.ToArray();
            _waiting.Clear();
        }

        _directory.Remove(this);
        _ended.SetResult();
        foreach (var request in left)
        {
            if ((request.Traits & RequestTraits.Local) != 0)
                continue;
            if (failure is not null)
                request.Fail(failure);
            else
                _directory.Forward(Key, request);
        }
    }

    private void DisposeTimers()
    {
        GrainTimer[] timers;
        lock (_gate)
            timers = [.. _timers];
        foreach (var timer in timers)
            timer.Dispose();
    }
}
