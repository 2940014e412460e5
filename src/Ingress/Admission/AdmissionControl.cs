using System.Diagnostics.CodeAnalysis;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;

namespace OrleansLb.Ingress.Admission;

/// <summary>
/// Decides whether there is room for all parts of a request before the first of them is handed over, so that a request is accepted whole or refused whole: what a refusal left
/// behind in the queues that had room would come again with the client's next attempt, and feed the overload that caused it. Queues grant credit to it
/// (<see cref="CreditRequest"/>); while there is enough of that, a request costs one lock and no call. Safe for concurrent use.
/// </summary>
/// <param name="queue">The queues: all are alike.</param>
/// <param name="router">The name of this router; no other process has it, before or after.</param>
/// <param name="ask">Asks the queue of a ring slot for room.</param>
/// <param name="time">The clock.</param>
internal sealed class AdmissionControl(QueueOptions queue, string router, Func<int, CreditRequest, Task<CreditGrant>> ask, TimeProvider time)
{
    /// <summary>
    /// How long a request waits for room before it is refused, where the configuration does not say that it waits for as long as the client does. Long enough for what comes at the
    /// same time to be taken one after the other, and far below the timeouts of clients: the Collector's exporter has 5 s, SDKs 10 s.
    /// </summary>
    public static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(2);

    /// <summary>How long a question for room is left with a queue.</summary>
    public static readonly TimeSpan AskPatience = TimeSpan.FromSeconds(1);

    // how long a queue that nothing was for is still one that the next request may need
    private static readonly TimeSpan InUse = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(50);

    // how often a request may find room at one queue and none at another before it keeps what it finds
    private const int FutileMoves = 4;

    // requests that may wait at a queue of which nobody knows how fast it is
    private const int LeastWaiting = 16;

    private readonly Lock _gate = new();

    // by the order in which they came
    private readonly LinkedList<WaitingRequest> _everybody = [];

    private readonly RefusalRun _refusals = new(time);
    private SlotCredit?[] _slots = [];

    /// <summary>How long a request may wait for room.</summary>
    /// <param name="patience">How long the client waits.</param>
    public TimeSpan WaitOf(TimeSpan patience) => queue.BlockOnOverflow || patience < ShortWait ? patience : ShortWait;

    /// <summary>
    /// Whether a request that has not been read yet can be turned away: there was no hope for any of the last ones, whichever queues it needs. One in a few is let through, to see
    /// whether that has changed. Never where clients are to wait.
    /// </summary>
    public bool IsHopeless([NotNullWhen(true)] out EnqueueOutcome? refusal)
    {
        refusal = null;
        return !queue.BlockOnOverflow && _refusals.IsHopeless(out refusal);
    }

    /// <summary>Takes the room of all parts, or none. Each ring slot is named once.</summary>
    public bool TryReserve(ReadOnlySpan<SlotRoom> wanted)
    {
        lock (_gate)
        {
            if (FindLacking(wanted) is not null)
                return false;
            Note(wanted);
            Take(wanted);
            _refusals.Admitted();
        }

        foreach (var part in wanted)
        {
            if (_slots[part.Slot] is { IsLow: true, IsAsking: false } low)
                BeginAsking(low);
        }

        return true;
    }

    /// <summary>Takes the room of all parts as soon as there is some.</summary>
    /// <param name="wanted">The parts, ours from now on; each ring slot is named once.</param>
    /// <param name="wait">How long that may take.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <returns>Accepted when the room is taken; else why it is not, with the time after which it may be.</returns>
    public async ValueTask<EnqueueOutcome> Reserve(SlotRoom[] wanted, TimeSpan wait, CancellationToken cancellationToken)
    {
        var waiting = new WaitingRequest(wanted);
        SlotCredit? lacking;
        lock (_gate)
        {
            if (IsTooLarge(wanted))
                return EnqueueOutcome.TooLarge;
            Note(wanted);
            lacking = FindLacking(wanted);
            if (lacking is null)
            {
                Take(wanted);
                return Admitted();
            }

            if (!queue.BlockOnOverflow && IsVain(lacking, waiting.RoomAt(lacking.Slot), wait))
                return Refused(lacking, wanted);
            waiting.Enter(_everybody);
            waiting.WaitAt(lacking);
        }

        // those that it lacks besides are asked at the same time, and first, so that the last answer admits it
        foreach (var part in wanted)
        {
            if (part.Slot != lacking.Slot)
                AskIfLacking(part);
        }

        BeginAsking(lacking);
        await ((Task)waiting.Answer).WaitAsync(wait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            if (waiting.At is { } at)
            {
                MakeWay(waiting, at);
                return cancellationToken.IsCancellationRequested ? EnqueueOutcome.Cancelled : Refused(at, wanted);
            }
        }

        var answer = await waiting.Answer.ConfigureAwait(false);
        if (answer.Status != EnqueueStatus.Accepted)
            return answer;
        if (!cancellationToken.IsCancellationRequested)
            return Admitted();
        GiveBack(wanted);
        return EnqueueOutcome.Cancelled;
    }

    /// <summary>Room that was taken is not going to be used.</summary>
    public void GiveBack(ReadOnlySpan<SlotRoom> wanted)
    {
        lock (_gate)
        {
            foreach (var part in wanted)
                CreditOf(part.Slot).GiveBack(part.Room);
            foreach (var part in wanted)
                Admit(CreditOf(part.Slot));
        }
    }

    /// <summary>The queue has not answered to a part.</summary>
    public void Lose(SlotRoom part)
    {
        lock (_gate)
        {
            var credit = CreditOf(part.Slot);
            credit.Lose(part.Room);
            credit.Distrust();
        }
    }

    /// <summary>The queue has refused a part that it had promised room for: the next request asks it first.</summary>
    public void Distrust(int slot)
    {
        lock (_gate)
            CreditOf(slot).Distrust();
    }

    private EnqueueOutcome Admitted()
    {
        lock (_gate)
            _refusals.Admitted();
        return EnqueueOutcome.Accepted;
    }

    private EnqueueOutcome Refused(SlotCredit lacking, ReadOnlySpan<SlotRoom> wanted)
    {
        var refusal = EnqueueOutcome.QueueFull with { RetryAfter = RefusalDelays.Of(lacking.DrainRate, lacking.WaitedFor, queue.Size, Random.Shared.NextDouble()) };
        long now = time.GetTimestamp();
        _refusals.Refused(refusal, SpeaksForAll(wanted, now), now);
        return refusal;
    }

    /// <summary>Whether every other request would have been refused, too: there is no queue with room that this one did not need.</summary>
    private bool SpeaksForAll(ReadOnlySpan<SlotRoom> wanted, long now)
    {
        int open = 0;
        foreach (var credit in _slots)
            open += credit is { Available: > 0, Waiting.Count: 0 } && time.GetElapsedTime(credit.UsedAt, now) < InUse ? 1 : 0;
        foreach (var part in wanted)
            open -= CreditOf(part.Slot) is { Available: > 0, Waiting.Count: 0 } ? 1 : 0;
        return open <= 0;
    }

    private void Note(ReadOnlySpan<SlotRoom> wanted)
    {
        long now = time.GetTimestamp();
        foreach (var part in wanted)
            CreditOf(part.Slot).UsedAt = now;
    }

    private bool IsTooLarge(ReadOnlySpan<SlotRoom> wanted)
    {
        foreach (var part in wanted)
        {
            if (part.Room > queue.Size)
                return true;
        }

        return false;
    }

    // By the time that it takes to serve those who came before there would be no time left.
    private static bool IsVain(SlotCredit lacking, long room, TimeSpan wait) =>
        wait > TimeSpan.Zero && lacking.Waiting.Count >= LeastWaiting && lacking.WaitedFor + room > lacking.DrainRate * wait.TotalSeconds;

    /// <summary>A queue that lacks room for its part, or null. Nobody overtakes those who wait.</summary>
    private SlotCredit? FindLacking(ReadOnlySpan<SlotRoom> wanted)
    {
        foreach (var part in wanted)
        {
            var credit = CreditOf(part.Slot);
            if (credit.Available < part.Room || credit.Waiting.Count > 0)
                return credit;
        }

        return null;
    }

    /// <summary>A queue that lacks room for what a waiting request has not got yet, or null.</summary>
    private SlotCredit? FindLacking(WaitingRequest waiting)
    {
        for (int i = 0; i < waiting.Wanted.Length; i++)
        {
            var part = waiting.Wanted[i];
            if (!waiting.Holds(i) && CreditOf(part.Slot) is var credit && credit.Available < part.Room)
                return credit;
        }

        return null;
    }

    private void Take(ReadOnlySpan<SlotRoom> wanted)
    {
        foreach (var part in wanted)
            CreditOf(part.Slot).Take(part.Room);
    }

    // Takes what there is of the room that a waiting request has not got yet.
    private void TakeWhatThereIs(WaitingRequest waiting)
    {
        for (int i = 0; i < waiting.Wanted.Length; i++)
        {
            var part = waiting.Wanted[i];
            if (waiting.Holds(i) || CreditOf(part.Slot) is not { } credit || credit.Available < part.Room)
                continue;
            credit.Take(part.Room);
            waiting.Hold(i);
        }
    }

    /// <summary>A request waits no more: what it held is free again, and whoever stood behind it may need less.</summary>
    private void MakeWay(WaitingRequest waiting, SlotCredit at)
    {
        waiting.Leave();
        waiting.Exit();
        for (int i = 0; i < waiting.Wanted.Length; i++)
        {
            if (!waiting.Holds(i))
                continue;
            var credit = CreditOf(waiting.Wanted[i].Slot);
            credit.GiveBack(waiting.Wanted[i].Room);
            Admit(credit);
        }

        Admit(at);
    }

    /// <summary>
    /// Admits those who wait at a queue, as far as there is room; who lacks it at another queue goes on to wait there, at the place of when it came. One that has done so
    /// a few times, and has waited longest of all, keeps what room it finds: that cannot lead into a circle, and without it a request for many queues may never find room at all of them at
    /// once among those for a few.
    /// </summary>
    private void Admit(SlotCredit credit)
    {
        while (credit.Waiting.First is { Value: var first })
        {
            var lacking = FindLacking(first);
            if (lacking == credit)
                return;
            if (lacking is null || (first.Moves > FutileMoves && _everybody.First?.Value == first))
                TakeWhatThereIs(first);
            if (lacking is null)
            {
                first.Conclude(EnqueueOutcome.Accepted);
                continue;
            }

            first.Leave();
            first.WaitAt(lacking);

            // a grain may answer on the caller's thread, which must not hold the lock
            _ = Task.Run(() => BeginAsking(lacking));
        }
    }

    private void AskIfLacking(SlotRoom part)
    {
        SlotCredit credit;
        lock (_gate)
        {
            credit = CreditOf(part.Slot);
            if (credit.Available >= part.Room)
                return;
        }

        BeginAsking(credit);
    }

    private SlotCredit CreditOf(int slot)
    {
        if (slot >= _slots.Length)
            Array.Resize(ref _slots, Math.Max(slot + 1, _slots.Length * 2));
        return _slots[slot] ??= new SlotCredit(slot);
    }

    private void BeginAsking(SlotCredit credit)
    {
        lock (_gate)
        {
            if (credit.IsAsking)
                return;
            credit.IsAsking = true;
        }

        _ = Ask(credit);
    }

    // One question at a time, for as long as anybody waits.
    private async Task Ask(SlotCredit credit)
    {
        while (true)
        {
            CreditRequest request;
            lock (_gate)
                request = credit.Ask(router, AskPatience);
            long began = time.GetTimestamp();
            var grant = await Answer(credit.Slot, request).ConfigureAwait(false);
            lock (_gate)
            {
                if (grant is { Refusal: null })
                    credit.Granted(grant);
                else
                    credit.Distrust();
                if (grant is { Refusal: null })
                    Admit(credit);
                else
                    TurnAway(credit, grant?.Refusal ?? EnqueueOutcome.Failure("an exporter did not answer"));
                if (credit.Waiting.Count == 0)
                {
                    credit.IsAsking = false;
                    return;
                }
            }

            // a queue that has nothing, and does not wait until it has, must not be asked in a loop
            if (grant is { Room: 0 } && request.Least > 0 && time.GetElapsedTime(began) < AskPatience / 2)
                await Task.Delay(AskAgain, time).ConfigureAwait(false);
        }
    }

    private async Task<CreditGrant?> Answer(int slot, CreditRequest request)
    {
        try
        {
            return await ask(slot, request).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // a queue that cannot be asked has no room: those who wait are refused whole
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private void TurnAway(SlotCredit credit, EnqueueOutcome refusal)
    {
        while (credit.Waiting.First is { Value: var first })
        {
            MakeWay(first, credit);
            first.Answered(refusal);
        }
    }
}
