namespace OrleansLb.EndToEnd.Tests.Histories.Checks;

/// <summary>
/// I6, for every life that could be asked at its end: what its receivers counted is what the clients heard, what its queues took is delivered, dropped
/// or still there, and what it calls delivered is at the backends.
/// </summary>
internal sealed class BalanceCheck(History history) : IHistoryCheck
{
    public void Look(in ItemStory story, Findings findings)
    {
    }

    public void Finish(Findings findings)
    {
        for (int i = 0; i < history.Lives.Count; i++)
        {
            if (history.Lives[i] is { First: { } first, Last: { } last } life)
                Check(i, life, first, last, findings);
        }
    }

    private void Check(int index, BalancerLife life, CounterScrape first, CounterScrape last, Findings findings)
    {
        var answered = history.Attempts.Where(attempt => attempt.Life == index)
            .GroupBy(static attempt => attempt.Outcome)
            .ToDictionary(static group => group.Key, static group => group.Sum(static attempt => (long)attempt.Items.Length));
        long unknown = answered.GetValueOrDefault(AttemptOutcome.Unknown);
        long acknowledged = answered.GetValueOrDefault(AttemptOutcome.Acknowledged);
        long accepted = last.Accepted - first.Accepted;
        if (accepted < acknowledged || accepted > acknowledged + unknown)
            findings.Add(Invariant.I6Balance, $"life {index} counted {accepted} items as accepted; its clients heard so of {acknowledged}, and nothing of {unknown}");

        long turnedAway = answered.GetValueOrDefault(AttemptOutcome.RefusedForNow) + answered.GetValueOrDefault(AttemptOutcome.RefusedForGood);
        long refused = last.Refused - first.Refused;
        long uncounted = (last.RejectedRequests - first.RejectedRequests) * history.Attempts.Max(static attempt => (long?)attempt.Items.Length) ?? 0;
        if (refused + uncounted < turnedAway || refused > turnedAway + unknown)
            findings.Add(Invariant.I6Balance, $"life {index} counted {refused} items as refused; its clients heard so of {turnedAway}, and nothing of {unknown}");

        // what a former life left is delivered without having been routed in this one, and the gauge may not know of it at the first look
        long sent = last.Sent - first.Sent;
        long failed = last.SendFailed - first.SendFailed;
        long routed = last.Routed - first.Routed;
        long enqueueFailed = last.EnqueueFailed - first.EnqueueFailed;
        long accounted = sent + failed + last.Queued;
        bool startsEmpty = first.Queued + first.FrontQueued == 0 && (index == 0 || !life.IsDurable);
        if (accounted < routed - enqueueFailed || (startsEmpty && accounted > routed))
        {
            findings.Add(
                Invariant.I6Balance,
                $"life {index} routed {routed} items, of which queues refused {enqueueFailed}; {sent} sent + {failed} failed + {last.Queued} queued = {accounted}");
        }

        long frontFailed = last.FrontSendFailed - first.FrontSendFailed;
        if (accepted > accounted + frontFailed + last.FrontQueued)
        {
            findings.Add(
                Invariant.I6Balance,
                $"life {index} accepted {accepted} items; {sent} sent + {failed + frontFailed} failed + {last.Queued + last.FrontQueued} queued are less");
        }

        long dropped = last.DroppedItems - first.DroppedItems;
        if (dropped > failed + frontFailed)
            findings.Add(Invariant.I6Balance, $"life {index} counted {dropped} items as dropped and {failed + frontFailed} as failed");

        long taken = history.Receipts.Count(receipt => receipt.Taken && life.From <= receipt.At && receipt.At <= life.To);
        if (sent > taken)
            findings.Add(Invariant.I6Balance, $"life {index} counted {sent} items as sent; backends took {taken}");
        bool undisturbed = !history.Disturbances.Any(disturbance => !disturbance.AnswersAll && disturbance.From <= life.To && life.From <= disturbance.To);
        if (undisturbed && sent < taken)
            findings.Add(Invariant.I6Balance, $"life {index} counted {sent} items as sent; backends took {taken}, and no answer was lost");
    }
}
