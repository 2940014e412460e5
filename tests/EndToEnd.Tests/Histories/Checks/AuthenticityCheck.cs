namespace OrleansLb.EndToEnd.Tests.Histories.Checks;

/// <summary>Nothing arrives that nobody sent, or with another key.</summary>
internal sealed class AuthenticityCheck(History history) : IHistoryCheck
{
    public void Look(in ItemStory story, Findings findings)
    {
        foreach (var receipt in story.Receipts)
        {
            if (story.Sends.IsEmpty)
                findings.Add(Invariant.I0Authentic, $"{story.Name} came to {history.Backends[receipt.Backend]} at {receipt.At} and was never sent");
            else if (story.Sends[0].Item.Key != receipt.Key)
                findings.Add(Invariant.I0Authentic, $"{story.Name} of key {story.Sends[0].Item.Key:x32} came to {history.Backends[receipt.Backend]} with key {receipt.Key:x32}");
        }
    }

    public void Finish(Findings findings)
    {
    }
}
