using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Ingress.Admission;

/// <summary>
/// A request that waits for room, at one queue that lacks it at a time. It holds nothing, so that it cannot keep room from others, unless it is the one that has waited longest and has found
/// room in vain often enough. Guarded by the lock of its <see cref="AdmissionControl"/>.
/// </summary>
internal sealed class WaitingRequest(SlotRoom[] wanted)
{
    // continuations are somebody else's work and must not run under the lock
    private readonly TaskCompletionSource<EnqueueOutcome> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LinkedListNode<WaitingRequest>? _everybody;
    private LinkedListNode<WaitingRequest>? _place;
    private bool[]? _held;
    private long _number;

    /// <summary>The room of all its parts.</summary>
    public ReadOnlySpan<SlotRoom> Wanted => wanted;

    /// <summary>Accepted once the room is taken, or why it was not.</summary>
    public Task<EnqueueOutcome> Answer => _answer.Task;

    /// <summary>The queue that it waits at; null once it is answered.</summary>
    public SlotCredit? At { get; private set; }

    public long RoomAt(int slot)
    {
        long room = 0;
        foreach (var part in wanted)
            room += part.Slot == slot ? part.Room : 0;
        return room;
    }

    /// <summary>How often it has gone to stand at a queue.</summary>
    public int Moves { get; private set; }

    /// <summary>Whether it has the room for one of its parts.</summary>
    public bool Holds(int index) => _held is not null && _held[index];

    public void Hold(int index) => (_held ??= new bool[wanted.Length])[index] = true;

    /// <summary>Begins to wait, behind everybody else.</summary>
    public void Enter(LinkedList<WaitingRequest> everybody)
    {
        _number = (everybody.Last?.Value._number ?? 0) + 1;
        _everybody = everybody.AddLast(this);
    }

    /// <summary>Stands at a queue, before those who came later.</summary>
    public void WaitAt(SlotCredit credit)
    {
        At = credit;
        Moves++;
        var before = credit.Waiting.Last;
        while (before is not null && before.Value._number > _number)
            before = before.Previous;
        _place = before is null ? credit.Waiting.AddFirst(this) : credit.Waiting.AddAfter(before, this);
        credit.WaitedFor += RoomAt(credit.Slot);
    }

    public void Leave()
    {
        At!.Waiting.Remove(_place!);
        At.WaitedFor -= RoomAt(At.Slot);
        At = null;
    }

    /// <summary>Waits no more.</summary>
    public void Exit() => _everybody!.List!.Remove(_everybody);

    /// <summary>Waits no more, and hears why.</summary>
    public void Conclude(EnqueueOutcome outcome)
    {
        Leave();
        Exit();
        Answered(outcome);
    }

    public void Answered(EnqueueOutcome outcome) => _answer.SetResult(outcome);
}
