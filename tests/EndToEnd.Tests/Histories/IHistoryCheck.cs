namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>The check of one invariant: sees every item once, then the whole history.</summary>
internal interface IHistoryCheck
{
    void Look(in ItemStory story, Findings findings);

    void Finish(Findings findings);
}
