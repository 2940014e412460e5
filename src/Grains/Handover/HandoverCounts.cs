namespace OrleansLb.Grains.Handover;

/// <summary>What the hand-over of one exporter has counted since the start. Safe for concurrent use.</summary>
internal sealed class HandoverCounts
{
    private long _keptKeys;
    private long _cutShort;

    public long KeptKeys => Volatile.Read(ref _keptKeys);

    public long CutShort => Volatile.Read(ref _cutShort);

    public void Kept() => Interlocked.Increment(ref _keptKeys);

    public void CutShortBy(int partitions) => Interlocked.Add(ref _cutShort, partitions);
}
