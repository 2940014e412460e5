using System.Diagnostics.CodeAnalysis;

namespace OrleansLb.Grains.Exporting;

/// <summary>
/// The memory queue of a ring slot, first in, first out. A part takes up room from its acceptance until it is delivered, dropped
/// or handed on, also while it is on its way. Used on its grain's turns only.
/// </summary>
internal sealed class PartQueue(int capacity, TimeProvider time)
{
    private readonly Queue<QueuedPart> _waiting = new();
    private readonly LinkedList<TaskCompletionSource<bool>> _callers = [];
    private TaskCompletionSource? _emptied;

    /// <summary>Parts that take up room. May exceed the capacity: a part that is dealt out becomes several.</summary>
    public int Count { get; private set; }

    /// <summary>Takes room for one part; nobody overtakes callers that wait for it.</summary>
    public bool TryEnter()
    {
        if (Count >= capacity || _callers.Count > 0)
            return false;
        Count++;
        return true;
    }

    /// <summary>Takes room for one part as soon as there is some.</summary>
    /// <returns>False when there was none in time, or waiting was ended by <see cref="TurnCallersAway"/>.</returns>
    public async Task<bool> Enter(TimeSpan patience)
    {
        var caller = _callers.AddLast(new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        var granted = caller.Value.Task;
        await ((Task)granted).WaitAsync(patience, time)
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if (granted.IsCompletedSuccessfully)
            return await granted;
        _callers.Remove(caller);
        return false;
    }

    /// <summary>Nobody waits for room any longer.</summary>
    public void TurnCallersAway()
    {
        foreach (var caller in _callers)
            caller.SetResult(false);
        _callers.Clear();
    }

    /// <summary>Takes room for parts that must be kept, full or not.</summary>
    public void EnterRegardless(int parts) => Count += parts;

    /// <summary>Gives the room of parts back that nobody waits for any more.</summary>
    public void LeaveAll(int parts)
    {
        if ((Count -= parts) == 0)
            _emptied?.TrySetResult();
    }

    /// <summary>Gives the room of one part back, or on to the caller that has waited longest.</summary>
    public void Leave()
    {
        if (Count <= capacity && _callers.First is { } first)
        {
            _callers.RemoveFirst();
            first.Value.SetResult(true);
            return;
        }

        if (--Count == 0)
            _emptied?.TrySetResult();
    }

    /// <summary>Appends a part that has room.</summary>
    public void Add(QueuedPart part) => _waiting.Enqueue(part);

    /// <summary>The next part to send.</summary>
    public bool TryTake([NotNullWhen(true)] out QueuedPart? part) => _waiting.TryDequeue(out part);

    /// <summary>Completes when no part takes up room any more.</summary>
    public Task WhenEmpty()
    {
        if (Count == 0)
            return Task.CompletedTask;
        if (_emptied is null || _emptied.Task.IsCompleted)
            _emptied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _emptied.Task;
    }
}
