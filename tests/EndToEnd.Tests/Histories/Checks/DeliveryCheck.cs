namespace OrleansLb.EndToEnd.Tests.Histories.Checks;

/// <summary>I1, and the part of I5 that says that what is missing was counted.</summary>
internal sealed class DeliveryCheck(History history) : IHistoryCheck
{
    private readonly List<(ulong Item, ClientAttempt Attempt)> _missing = [];

    public void Look(in ItemStory story, Findings findings)
    {
        // a backend that refused it for good has had it, and said so
        if (story.AcknowledgedBy is not { } attempt || !story.Receipts.IsEmpty)
            return;
        if (history.Lives[attempt.Life] is { WasKilled: true, IsDurable: false })
            return;
        _missing.Add((story.Id, attempt));
    }

    public void Finish(Findings findings)
    {
        long expected = Dropped(reason => history.Rules.ExpectedDrops.Contains(reason));
        if (_missing.Count > expected)
        {
            foreach (var (item, attempt) in _missing)
                findings.Add(Invariant.I1Delivered, $"item {item:x16} was acknowledged at {attempt.AnsweredAt} in life {attempt.Life} and reached nobody");
        }

        bool isComplete = history.Lives.All(static life => life.Last is not null);
        long counted = Dropped(static _ => true);
        if (isComplete && _missing.Count > counted)
            findings.Add(Invariant.I5Refusals, $"{_missing.Count} acknowledged items are missing and {counted} were counted as dropped");
    }

    private long Dropped(Func<string, bool> reason) => history.Lives
        .SelectMany(static life => life.Last?.Dropped ?? [])
        .Where(pair => reason(pair.Key))
        .Sum(static pair => pair.Value);
}
