namespace OrleansLb.EndToEnd.Tests.Histories.Checks;

/// <summary>
/// I3: of the items that were under way between two windows, from their sending to their receipt, those of one key went to one backend; and whoever
/// got something was a member then.
/// </summary>
internal sealed class OwnershipCheck(History history) : IHistoryCheck
{
    private readonly Dictionary<(UInt128 Key, int Period), Receipt> _owners = [];
    private readonly HashSet<UInt128> _keys = [];

    public long Judged { get; private set; }

    public long Exempt { get; private set; }

    public long Keys => _keys.Count;

    public void Look(in ItemStory story, Findings findings)
    {
        if (story.Sends.IsEmpty)
            return;
        _keys.Add(story.Sends[0].Item.Key);
        foreach (var receipt in story.Receipts)
        {
            if (!IsMember(receipt))
                findings.Add(Invariant.I3OneOwner, $"{story.Name} came to {history.Backends[receipt.Backend]} at {receipt.At}, which was no member then");
            if (PeriodOf(story.Sends[0].Attempt.SentAt, receipt.At) is not { } period)
            {
                Exempt++;
                continue;
            }

            Judged++;
            if (!_owners.TryAdd((receipt.Key, period), receipt) && _owners[(receipt.Key, period)] is var other && other.Backend != receipt.Backend)
            {
                findings.Add(
                    Invariant.I3OneOwner,
                    $"key {receipt.Key:x32} was at {history.Backends[other.Backend]} (item {other.Item:x16} at {other.At}) and at {history.Backends[receipt.Backend]} ({story.Name} at {receipt.At}) without a change in between");
            }
        }
    }

    public void Finish(Findings findings)
    {
    }

    // between which two windows; null when it was under way in one
    private int? PeriodOf(TimeSpan from, TimeSpan to)
    {
        int period = 0;
        foreach (var change in history.Changes)
        {
            if (change.Overlaps(from, to))
                return null;
            if (change.To < from)
                period++;
        }

        return period;
    }

    // the membership of a change holds from its begin to the end of the next one's window
    private bool IsMember(in Receipt receipt)
    {
        for (int i = 0; i < history.Changes.Count; i++)
        {
            var until = i + 1 < history.Changes.Count ? history.Changes[i + 1].To : TimeSpan.MaxValue;
            if (history.Changes[i].From <= receipt.At && receipt.At <= until && history.Changes[i].Members.Contains(receipt.Backend))
                return true;
        }

        return false;
    }
}
