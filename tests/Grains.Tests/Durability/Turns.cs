namespace OrleansLb.Grains.Tests.Durability;

/// <summary>The turns of a grain, on the test's thread and when the test says so: everything runs in the same order at every run.</summary>
internal sealed class Turns : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _queue = new();

    /// <summary>Off-turn work, done at once.</summary>
    public TaskScheduler Workers { get; } = new AtOnce();

    public override void Post(SendOrPostCallback d, object? state) => _queue.Enqueue((d, state));

    /// <summary>Runs some code as a turn, and then the turns that follow from it.</summary>
    public void Run(Action turn)
    {
        var former = Current;
        SetSynchronizationContext(this);
        try
        {
            turn();
            while (_queue.TryDequeue(out var next))
                next.Callback(next.State);
        }
        finally
        {
            SetSynchronizationContext(former);
        }
    }

    /// <summary>Runs some code that is none of the grain's, and then the turns that follow from it.</summary>
    public void Outside(Action action)
    {
        var former = Current;
        SetSynchronizationContext(null);
        try
        {
            action();
        }
        finally
        {
            SetSynchronizationContext(former);
        }

        Run(static () => { });
    }

    /// <summary>Runs some code as a turn; it must come to its end without waiting for anything but turns.</summary>
    public T Finish<T>(Func<Task<T>> turn)
    {
        Task<T>? task = null;
        Run(() => task = turn());
        return task!.Answer();
    }

    private sealed class AtOnce : TaskScheduler
    {
        protected override void QueueTask(Task task) => TryExecuteTask(task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => TryExecuteTask(task);

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }
}
