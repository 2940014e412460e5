using OrleansLb.EndToEnd.Tests.Histories.Checks;

namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>Judges a history by the invariants. Knows nothing of the program: what clients and backends wrote down is all it goes by.</summary>
internal static class HistoryChecker
{
    public static Verdict Check(History history)
    {
        var ownership = new OwnershipCheck(history);
        var duplicates = new DuplicateCheck(history);
        IHistoryCheck[] checks =
        [
            new AuthenticityCheck(history),
            new DeliveryCheck(history),
            duplicates,
            ownership,
            new MemoryCheck(history),
            new RefusalCheck(history),
            new BalanceCheck(history),
        ];
        var findings = new Findings();
        var summary = Walk(history, checks, findings);
        foreach (var check in checks)
            check.Finish(findings);
        return new Verdict(findings.ToViolations())
        {
            Items = summary.Items,
            Acknowledged = summary.Acknowledged,
            Unacknowledged = summary.Unacknowledged,
            Attempts = history.Attempts.Count,
            Refusals = history.Attempts.Count(static attempt => attempt.Outcome == AttemptOutcome.RefusedForNow),
            Unanswered = history.Attempts.Count(static attempt => attempt.Outcome == AttemptOutcome.Unknown),
            Copies = duplicates.Copies,
            RefusedBefore = duplicates.RefusedBefore,
            OwnershipJudged = ownership.Judged,
            OwnershipExempt = ownership.Exempt,
            Keys = ownership.Keys,
            MostMemory = history.Memory.Select(static sample => sample.Bytes).DefaultIfEmpty().Max(),
        };
    }

    // both logs in the order of the items, side by side: no dictionary of millions
    private static (long Items, long Acknowledged, long Unacknowledged) Walk(History history, IHistoryCheck[] checks, Findings findings)
    {
        Send[] sends = [.. history.Attempts.SelectMany(static attempt => attempt.Items, static (attempt, item) => new Send(item, attempt))];
        Receipt[] receipts = [.. history.Receipts];
        Array.Sort(sends, static (a, b) => (a.Item.Id, a.Attempt.SentAt).CompareTo((b.Item.Id, b.Attempt.SentAt)));
        Array.Sort(receipts, static (a, b) => (a.Item, a.At).CompareTo((b.Item, b.At)));
        long items = 0;
        long acknowledged = 0;
        long unacknowledged = 0;
        int s = 0;
        int r = 0;
        while (s < sends.Length || r < receipts.Length)
        {
            ulong id = Math.Min(s < sends.Length ? sends[s].Item.Id : ulong.MaxValue, r < receipts.Length ? receipts[r].Item : ulong.MaxValue);
            int firstSend = s;
            int firstReceipt = r;
            while (s < sends.Length && sends[s].Item.Id == id)
                s++;
            while (r < receipts.Length && receipts[r].Item == id)
                r++;
            var story = new ItemStory(id, sends.AsSpan(firstSend..s), receipts.AsSpan(firstReceipt..r));
            items += s > firstSend ? 1 : 0;
            acknowledged += story.IsAcknowledged ? 1 : 0;
            unacknowledged += !story.IsAcknowledged && !story.Receipts.IsEmpty ? 1 : 0;
            foreach (var check in checks)
                check.Look(in story, findings);
        }

        return (items, acknowledged, unacknowledged);
    }
}
