using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Ingress.Admission;

/// <summary>A request that waits for room, at one queue that lacks it at a time. It holds nothing while it waits, so that it cannot keep room from others. Guarded by the lock of its <see cref="AdmissionControl"/>.</summary>
internal sealed class WaitingRequest(SlotRoom[] wanted, long number)
{
    // continuations are somebody else's work and must not run under the lock
    private readonly TaskCompletionSource<EnqueueOutcome> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly long _number = number;

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

    public void WaitAt(SlotCredit credit)
    {
        At = credit;
        // who came earlier goes first, also when it waited elsewhere before
        var before = credit.Waiting.Last;
        while (before is not null && before.Value._number > _number)
            before = before.Previous;
        if (before is null)
            credit.Waiting.AddFirst(this);
        else
            credit.Waiting.AddAfter(before, this);
        credit.WaitedFor += RoomAt(credit.Slot);
    }

    public void Leave()
    {
        At!.Waiting.Remove(this);
        At.WaitedFor -= RoomAt(At.Slot);
        At = null;
    }

    public void Conclude(EnqueueOutcome outcome)
    {
        Leave();
        _answer.SetResult(outcome);
    }
}
