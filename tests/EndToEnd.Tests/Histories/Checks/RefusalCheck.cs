namespace OrleansLb.EndToEnd.Tests.Histories.Checks;

/// <summary>I5: a client that is refused is told to come back, and when; for good only what a backend refused for good.</summary>
internal sealed class RefusalCheck(History history) : IHistoryCheck
{
    private readonly HashSet<ClientAttempt> _refusedByBackends = new(ReferenceEqualityComparer.Instance);

    public void Look(in ItemStory story, Findings findings)
    {
        foreach (var receipt in story.Receipts)
        {
            if (receipt.Taken)
                continue;
            foreach (var send in story.Sends)
                _refusedByBackends.Add(send.Attempt);
        }
    }

    public void Finish(Findings findings)
    {
        foreach (var attempt in history.Attempts)
        {
            if (attempt.Outcome == AttemptOutcome.RefusedForNow && !(attempt.RetryDelay > TimeSpan.Zero))
                findings.Add(Invariant.I5Refusals, $"the request sent at {attempt.SentAt} was refused without a delay: {attempt.Answer}");
            if (attempt.Outcome == AttemptOutcome.RefusedForGood && !_refusedByBackends.Contains(attempt))
                findings.Add(Invariant.I5Refusals, $"the request sent at {attempt.SentAt} was refused for good, and no backend had refused it: {attempt.Answer}");
        }
    }
}
