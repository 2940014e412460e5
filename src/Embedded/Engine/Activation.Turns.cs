using System.Runtime.CompilerServices;

namespace OrleansLb.Embedded.Engine;

/// <summary>Turns: pieces of grain code between two awaits. At most one runs at any time, on whichever thread.</summary>
internal sealed partial class Activation : TaskScheduler, IThreadPoolWorkItem
{
    // After so many turns the thread goes back to the pool, so that one busy grain does not keep it from the others.
    private const int TurnsPerDispatch = 64;

    private static readonly Action<object?> s_run = static state =>
    {
        var request = (GrainRequest)state!;
        request.Activation!.Run(request);
    };

    private static readonly Action<Task, object?> s_complete = static (_, state) =>
    {
        var request = (GrainRequest)state!;
        request.Activation!.Complete(request);
    };

    private readonly Lock _gate = new();
    private readonly Queue<Task> _turns = new();

    // A turn runs or a pool thread is on its way to run one. While false, _turns is empty.
    private bool _turnTaken;

    public override int MaximumConcurrencyLevel => 1;

    void IThreadPoolWorkItem.Execute()
    {
        for (int i = 0; i < TurnsPerDispatch; i++)
        {
            Task? turn;
            lock (_gate)
            {
                if (!_turns.TryDequeue(out turn))
                {
                    _turnTaken = false;
                    return;
                }
            }

            TryExecuteTask(turn);
        }

        ReleaseTurn(null);
    }

    protected override void QueueTask(Task task)
    {
        lock (_gate)
        {
            _turns.Enqueue(task);
            if (_turnTaken)
                return;
            _turnTaken = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
    {
        if (task.AsyncState is GrainRequest { OwnsTurn: true })
            return TryExecuteTask(task);

        // Elsewhere than within the running turn this would be a second turn.
        return !taskWasPreviouslyQueued && Current == this && RuntimeHelpers.TryEnsureSufficientExecutionStack() && TryExecuteTask(task);
    }

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_gate)
            return _turns.ToArray();
    }

    /// <summary>Runs the first turn of a call on the caller's thread, which has taken the turn.</summary>
    private void RunInline(GrainRequest request)
    {
        var synchronization = SynchronizationContext.Current;
        if (synchronization is not null)
            SynchronizationContext.SetSynchronizationContext(null);
        var callers = CleanContext.Enter();
        try
        {
            new Task(s_run, request, CancellationToken.None, TaskCreationOptions.DenyChildAttach).RunSynchronously(this);
        }
        finally
        {
            CleanContext.Leave(callers);
            if (synchronization is not null)
                SynchronizationContext.SetSynchronizationContext(synchronization);
            ReleaseTurn(request);
        }
    }

    private void ReleaseTurn(GrainRequest? inlined)
    {
        lock (_gate)
        {
            if (inlined is { EndsWithTurn: true })
                End(inlined);
            if (_turns.Count == 0)
            {
                _turnTaken = false;
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Schedule(GrainRequest request)
    {
        var callers = CleanContext.Enter();
        new Task(s_run, request, CancellationToken.None, TaskCreationOptions.DenyChildAttach).Start(this);
        CleanContext.Leave(callers);
    }

    private void Schedule(Func<Activation, Task> work)
    {
        var callers = CleanContext.Enter();
        _ = Task.Factory.StartNew(() => work(this), CancellationToken.None, TaskCreationOptions.DenyChildAttach, this);
        CleanContext.Leave(callers);
    }
}
