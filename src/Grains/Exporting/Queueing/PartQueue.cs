using System.Diagnostics.CodeAnalysis;

namespace OrleansLb.Grains.Exporting.Queueing;

/// <summary>
/// The memory queue of a ring slot, first in, first out. A part takes up room from its acceptance until it is delivered, dropped
/// or handed on, also while it is on its way; how much is for the caller to say. Used on its grain's turns only.
/// </summary>
internal sealed class PartQueue(long capacity, TimeProvider time)
{
    private readonly Queue<QueuedPart> _waiting = new();
    private readonly LinkedList<(long Room, TaskCompletionSource<bool> Granted)> _callers = [];
    private TaskCompletionSource? _emptied;
    private long _promised;

    /// <summary>How many have entered that have not left yet.</summary>
    public int Count { get; private set; }

    /// <summary>The room that they take up. May exceed the capacity: a part that is dealt out becomes several.</summary>
    public long Used { get; private set; }

    /// <summary>Room that nobody fills and nobody was promised.</summary>
    public long Free => Math.Max(0, capacity - Used - _promised);

    /// <summary>How fast room becomes free.</summary>
    public DrainRate Drained { get; } = new(time);

    /// <summary>Takes room for one part; nobody overtakes callers that wait for it.</summary>
    public bool TryEnter(long room)
    {
        if (_callers.Count > 0 || !Fits(room))
            return false;
        EnterRegardless(room);
        return true;
    }

    /// <summary>Takes room for one part as soon as there is some.</summary>
    /// <returns>False when there was none in time, or waiting was ended by <see cref="TurnCallersAway"/>.</returns>
    public async Task<bool> Enter(long room, TimeSpan patience, CancellationToken cancellationToken = default)
    {
        var caller = _callers.AddLast((room, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)));
        var granted = caller.Value.Granted.Task;
        await ((Task)granted).WaitAsync(patience, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if (granted.IsCompletedSuccessfully)
            return await granted;

        // whoever came later may need less
        _callers.Remove(caller);
        GrantWaiting();
        return false;
    }

    /// <summary>Nobody waits for room any longer.</summary>
    public void TurnCallersAway()
    {
        foreach (var caller in _callers)
            caller.Granted.SetResult(false);
        _callers.Clear();
    }

    /// <summary>Sets free room aside for a router.</summary>
    public void Promise(long room) => _promised += room;

    /// <summary>Room that was set aside is filled now, or free again.</summary>
    public void TakeBack(long room) => _promised -= room;

    /// <summary>Takes room for what must be kept, full or not.</summary>
    public void EnterRegardless(long room, int parts = 1)
    {
        if (Count == 0)
            Drained.Begin();
        Count += parts;
        Used += room;
    }

    /// <summary>Gives the room of parts back that nobody waits for any more.</summary>
    public void LeaveAll(int parts, long room)
    {
        Count -= parts;
        Used -= room;
        if (Count == 0)
            _emptied?.TrySetResult();
    }

    /// <summary>Gives the room of one part back, and on to the callers that have waited longest.</summary>
    public void Leave(long room) => Leave(room, freed: room);

    /// <summary>Gives room back of which only a part, or nothing, counts as drained.</summary>
    public void Leave(long room, long freed)
    {
        Drained.Freed(freed);
        Count--;
        Used -= room;
        GrantWaiting();
        if (Count == 0)
            _emptied?.TrySetResult();
    }

    /// <summary>Appends a part that has room.</summary>
    public void Add(QueuedPart part) => _waiting.Enqueue(part);

    /// <summary>The next part to send. One whose caller went away is done already.</summary>
    public bool TryTake([NotNullWhen(true)] out QueuedPart? part)
    {
        while (_waiting.TryDequeue(out part))
        {
            if (part.IsFinished)
                continue;
            part.IsTaken = true;
            return true;
        }

        return false;
    }

    /// <summary>Completes when no part takes up room any more.</summary>
    public Task WhenEmpty()
    {
        if (Count == 0)
            return Task.CompletedTask;
        if (_emptied is null || _emptied.Task.IsCompleted)
            _emptied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _emptied.Task;
    }

    /// <summary>Room has become free otherwise than by a part that left.</summary>
    public void GrantWaiting()
    {
        while (_callers.First is { } first && Fits(first.Value.Room))
        {
            _callers.RemoveFirst();
            EnterRegardless(first.Value.Room);
            first.Value.Granted.SetResult(true);
        }
    }

    private bool Fits(long room) => Used + _promised + room <= capacity;
}
