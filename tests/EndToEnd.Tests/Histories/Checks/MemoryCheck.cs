namespace OrleansLb.EndToEnd.Tests.Histories.Checks;

/// <summary>I4: no sample is above the limit, and somebody looked.</summary>
internal sealed class MemoryCheck(History history) : IHistoryCheck
{
    public void Look(in ItemStory story, Findings findings)
    {
    }

    public void Finish(Findings findings)
    {
        if (history.Rules.MemoryLimit is not { } limit)
            return;
        if (history.Memory.Count == 0)
            findings.Add(Invariant.I4Memory, $"a limit of {limit} bytes was declared and nobody took a sample");
        foreach (var sample in history.Memory)
        {
            if (sample.Bytes > limit)
                findings.Add(Invariant.I4Memory, $"{sample.Bytes} bytes resident at {sample.At}, the limit is {limit}");
        }
    }
}
