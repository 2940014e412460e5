using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Orleans.Storage;

namespace OrleansLb.Embedded.Engine;

/// <summary>Requests: which call may start when. A call lasts from its first turn until the task of its method completes.</summary>
internal sealed partial class Activation
{
    private readonly Queue<GrainRequest> _waiting = new();
    private int _running;
    private int _runningExclusive;
    private int _runningReaders;

    /// <summary>Starts the call or makes it wait. False: this activation has ended, and another one must take the call.</summary>
    public bool TrySend(GrainRequest request, [NotNullWhen(true)] out Task? answer)
    {
        lock (_gate)
        {
            if (_state == ActivationState.Ended)
            {
                answer = null;
                return false;
            }

            request.Activation = this;
            if (!MayStart(request) || (_waiting.Count > 0 && !Interleaves(request)))
            {
                answer = request.Promise;
                _waiting.Enqueue(request);
                if (_state == ActivationState.Created)
                    BeginActivating();
                return true;
            }

            Begin(request);
            bool mustQueue = _turnTaken || request.HasPromise || (request.Traits & RequestTraits.OneWay) != 0;
            if (mustQueue || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            {
                answer = request.Promise;
                Schedule(request);
                return true;
            }

            _turnTaken = true;
            request.OwnsTurn = true;
        }

        RunInline(request);
        answer = request.Answer!;
        return true;
    }

    private bool Interleaves(GrainRequest request) => _class.IsReentrant || (request.Traits & RequestTraits.Interleaves) != 0;

    private bool MayStart(GrainRequest request)
    {
        // While the last calls of an ending activation run, its timers still tick.
        bool open = _state == ActivationState.Active
            || (_state == ActivationState.Deactivating && (request.Traits & RequestTraits.Local) != 0);
        return open && (Interleaves(request)
            || (_runningExclusive == 0 && (_runningReaders == 0 || (request.Traits & RequestTraits.ReadsOnly) != 0)));
    }

    private void Begin(GrainRequest request)
    {
        _running++;
        Count(request, 1);
        _used |= (request.Traits & RequestTraits.Unnoticed) == 0;
    }

    private void End(GrainRequest request)
    {
        _running--;
        Count(request, -1);
        _used |= (request.Traits & RequestTraits.Unnoticed) == 0;
        StartWaiting();
        if (_running == 0 && _state == ActivationState.Deactivating)
            BeginEnding();
    }

    private void Count(GrainRequest request, int change)
    {
        if (Interleaves(request))
            return;
        if ((request.Traits & RequestTraits.ReadsOnly) != 0)
            _runningReaders += change;
        else
            _runningExclusive += change;
    }

    private void StartWaiting()
    {
        while (_waiting.TryPeek(out var next) && MayStart(next))
        {
            _waiting.Dequeue();
            Begin(next);
            Schedule(next);
        }
    }

    /// <summary>The first turn of a call.</summary>
    private void Run(GrainRequest request)
    {
        Task answer;
        try
        {
            answer = request.Invoke(_instance!) ?? request.Faulted(new InvalidOperationException($"a method of {GrainId} returned no task"));
        }
        catch (Exception exception)
        {
            answer = request.Faulted(exception);
        }

        request.Answer = answer;
        if (!answer.IsCompleted)
        {
            // Synchronously, since leaving the grain's scheduler would cost a thread hop for a few lines of bookkeeping.
            answer.ContinueWith(
                s_complete, request, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, Default);
        }
        else if (request.OwnsTurn)
        {
            request.EndsWithTurn = true;
            EndIfStateIsStale(answer);
        }
        else
        {
            Complete(request);
        }
    }

    private void Complete(GrainRequest request)
    {
        EndIfStateIsStale(request.Answer!);
        lock (_gate)
            End(request);
        if (request.HasPromise)
            request.KeepPromise(request.Answer!);
    }

    private void EndIfStateIsStale(Task answer)
    {
        if (answer.IsFaulted && answer.Exception.InnerException is InconsistentStateException exception)
            Deactivate(new(Orleans.DeactivationReasonCode.ApplicationError, exception, "The stored state was changed by someone else."));
    }
}
