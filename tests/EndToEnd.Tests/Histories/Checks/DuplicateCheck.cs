namespace OrleansLb.EndToEnd.Tests.Histories.Checks;

/// <summary>
/// I2: a copy needs an excuse: its client sent it again after an attempt that may have left something behind, the answer to the copy before it may have been lost, or it was in two stores.
/// An attempt that was refused for now is no excuse: it must have left nothing, unless it met a change, a kill or, where clients wait for deliveries, a backend in trouble.
/// </summary>
internal sealed class DuplicateCheck(History history) : IHistoryCheck
{
    public long Copies { get; private set; }

    /// <summary>Items that arrived although an attempt to send them was refused, without an excuse for a copy.</summary>
    public long RefusedBefore { get; private set; }

    public void Look(in ItemStory story, Findings findings)
    {
        int taken = 0;
        int unexcused = 0;
        Receipt? before = null;
        Receipt? witness = null;
        foreach (var receipt in story.Receipts)
        {
            if (!receipt.Taken)
                continue;
            taken++;
            if (before is { } former && !IsExcused(former))
            {
                unexcused++;
                witness ??= former;
            }

            before = receipt;
        }

        Copies += Math.Max(0, taken - 1);
        RefusedBefore += taken > 0 && Allowed(story) < story.Sends.Length ? 1 : 0;
        if (unexcused > 0 && unexcused >= Math.Max(1, Allowed(story)) + Doublings(story, before!.Value))
        {
            findings.Add(
                Invariant.I2Once,
                $"{story.Name} was sent {story.Sends.Length} times, {Allowed(story)} of them with an excuse for a copy, and taken {taken} times; {history.Backends[witness!.Value.Backend]} took it undisturbed at {witness.Value.At}, the last was {history.Backends[before!.Value.Backend]} at {before.Value.At}");
        }
    }

    public void Finish(Findings findings)
    {
    }

    // how often its client may have had it accepted, whole or in part
    private int Allowed(in ItemStory story)
    {
        int allowed = 0;
        foreach (var send in story.Sends)
            allowed += send.Attempt.Outcome != AttemptOutcome.RefusedForNow || MayHaveLeftSomething(send.Attempt) ? 1 : 0;
        return allowed;
    }

    private bool MayHaveLeftSomething(ClientAttempt refused)
    {
        foreach (var change in history.Changes)
        {
            if (change.Overlaps(refused.SentAt, refused.AnsweredAt))
                return true;
        }

        foreach (var disturbance in history.Disturbances)
        {
            if ((disturbance.Backend is null || history.Rules.RefusalsTellOfDeliveries) && disturbance.Overlaps(refused.SentAt, refused.AnsweredAt))
                return true;
        }

        return false;
    }

    private int Doublings(in ItemStory story, Receipt last)
    {
        if (story.Sends.IsEmpty)
            return 0;
        int doublings = 0;
        foreach (var disturbance in history.Disturbances)
        {
            if (disturbance.DoublesWhatIsUnderWay && story.Sends[0].Attempt.SentAt <= disturbance.To && disturbance.To <= last.At)
                doublings++;
        }

        return doublings;
    }

    private bool IsExcused(Receipt receipt)
    {
        foreach (var disturbance in history.Disturbances)
        {
            if (disturbance.Excuses(receipt))
                return true;
        }

        return false;
    }
}
