namespace OrleansLb.Otlp.Splitting;

/// <summary>
/// Items on their way into runs. Whether an item goes on with a run or begins one is a branch that nobody foresees; taken
/// right behind the hash that decides it, it stops the processor from working at the next item. So parts are found first, for many items,
/// and runs are made of them afterwards.
/// </summary>
public sealed partial class SplitPlan
{
    private readonly PendingItem[] _pending = new PendingItem[128];
    private int _pendingCount;

    /// <summary>Adds an item to a part, before the next <see cref="MakeRuns(int)"/>.</summary>
    internal void AddItem(int partIndex, int scope, int start, int end)
    {
        if (_pendingCount == _pending.Length)
            MakeRuns(scope);
        _pending[_pendingCount++] = new PendingItem(start, end, partIndex);
    }

    /// <summary>Ends a scope whose items were added one by one.</summary>
    internal void MakeRuns(int scope)
    {
        foreach (ref readonly var item in _pending.AsSpan(0, _pendingCount))
            AddRun(item.Part, scope, item.Start, item.End, items: 1);
        _pendingCount = 0;
    }

    /// <summary>Adds a data point to a part, before the next <see cref="MakeRuns(int, int)"/>.</summary>
    internal void AddPoint(int partIndex, int scope, int metric, int start, int end)
    {
        if (_pendingCount == _pending.Length)
            MakeRuns(scope, metric);
        _pending[_pendingCount++] = new PendingItem(start, end, partIndex);
    }

    /// <summary>Ends a metric whose points were added one by one.</summary>
    internal void MakeRuns(int scope, int metric)
    {
        foreach (ref readonly var item in _pending.AsSpan(0, _pendingCount))
            AddMetricRun(item.Part, scope, metric, item.Start, item.End, items: 1);
        _pendingCount = 0;
    }
}
