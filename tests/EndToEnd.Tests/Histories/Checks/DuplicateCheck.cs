namespace OrleansLb.EndToEnd.Tests.Histories.Checks;

/// <summary>I2: a copy needs an excuse: its client sent it again, the answer to the copy before it may have been lost, or it was in two stores.</summary>
internal sealed class DuplicateCheck(History history) : IHistoryCheck
{
    public long Copies { get; private set; }

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
        if (unexcused > 0 && unexcused >= Math.Max(1, story.Sends.Length) + Doublings(story, before!.Value))
        {
            findings.Add(
                Invariant.I2Once,
                $"{story.Name} was sent {story.Sends.Length} times and taken {taken} times; {history.Backends[witness!.Value.Backend]} took it undisturbed at {witness.Value.At}, the last was {history.Backends[before!.Value.Backend]} at {before.Value.At}");
        }
    }

    public void Finish(Findings findings)
    {
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
