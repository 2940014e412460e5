using System.Diagnostics;
using OrleansLb.Grains.Persistence;
using OrleansLb.Storage.Committing;

namespace OrleansLb.Storage.Telemetry;

/// <summary>What one store counts.</summary>
internal sealed class StoreMetrics(StorageInstruments instruments, string name)
{
    private readonly TagList _store = Tags(name);
    private readonly TagList _write = Tags(name, ("operation", "write"));
    private readonly TagList _clear = Tags(name, ("operation", "clear"));
    private long _transactions;

    /// <summary>Transactions that were committed.</summary>
    public long Transactions => Volatile.Read(ref _transactions);

    public void Committed(IReadOnlyList<StateChange> changes)
    {
        long written = 0, removed = 0, bytes = 0;
        for (int i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            if (change.Conflicts)
                continue;
            bytes += change.Data.Bytes.Length;
            if (change.Removes)
                removed++;
            else
                written++;
        }

        Volatile.Write(ref _transactions, _transactions + 1);
        instruments.Transactions.Add(1, in _store);
        instruments.Writes.Add(written, in _write);
        instruments.Writes.Add(removed, in _clear);
        instruments.Bytes.Add(bytes, in _store);
    }

    public void Wrote(long startTimestamp) =>
        instruments.WriteDuration.Record(Stopwatch.GetElapsedTime(startTimestamp).TotalSeconds, in _store);

    public void Failed(string operation, Exception exception)
    {
        string reason = exception switch
        {
            InconsistentStateException => "conflict",
            CorruptStateException => "corrupt",
            OperationCanceledException => "cancelled",
            StorageUnavailableException or StorageOpenException => "unavailable",
            _ => "other",
        };
        var tags = Tags(name, ("operation", operation), ("reason", reason));
        instruments.Failures.Add(1, in tags);
    }

    // stores are named like the components that declare them
    private static TagList Tags(string name, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var tags = new TagList { { "component_path", "/" }, { "component_id", name } };
        foreach (var (tag, value) in more)
            tags.Add(tag, value);
        return tags;
    }
}
