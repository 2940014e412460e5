using System.Collections.Concurrent;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.SendingQueues;

namespace OrleansLb.Grains.Exporting;

/// <summary>
/// The exporter grains that live in this process: also those of seats that are vacant by now and still have a queue, which no
/// routing table names. Whoever shuts the process down drains these.
/// </summary>
public sealed class ActiveExporterGrains
{
    private readonly ConcurrentDictionary<ExporterGrainKey, byte> _keys = new();
    private readonly ConcurrentDictionary<SendingQueueKey, byte> _sendingQueues = new();
    private readonly ConcurrentDictionary<string, Func<TimeSpan, Task<DrainReport>>> _drains = new();

    /// <summary>The sending queues that come before them.</summary>
    public IReadOnlyCollection<SendingQueueKey> SendingQueues => (IReadOnlyCollection<SendingQueueKey>)_sendingQueues.Keys;

    /// <summary>The keys of the moment.</summary>
    public IReadOnlyCollection<ExporterGrainKey> Keys => (IReadOnlyCollection<ExporterGrainKey>)_keys.Keys;

    /// <summary>
    /// Empties every queue without a call of a grain, on the turns of their activations: for a silo that was taken for dead, whose calls go nowhere any more. What a queue before the
    /// split holds cannot be split without calls, and is kept or dropped and counted.
    /// </summary>
    public async Task<IReadOnlyList<DrainReport>> DrainHere(TimeSpan patience) =>
        await Task.WhenAll(_drains.Values.Select(drain => drain(patience))).ConfigureAwait(false);

    internal void Add(ExporterGrainKey key, Func<TimeSpan, Task<DrainReport>>? drain = null)
    {
        _keys.TryAdd(key, 0);
        Add(key.ToString(), drain);
    }

    internal void Remove(ExporterGrainKey key)
    {
        _keys.TryRemove(key, out _);
        _drains.TryRemove(key.ToString(), out _);
    }

    internal void Add(SendingQueueKey key, Func<TimeSpan, Task<DrainReport>>? drain = null)
    {
        _sendingQueues.TryAdd(key, 0);
        Add(key.ToString(), drain);
    }

    internal void Remove(SendingQueueKey key)
    {
        _sendingQueues.TryRemove(key, out _);
        _drains.TryRemove(key.ToString(), out _);
    }

    // must be called on a turn of the activation
    private void Add(string key, Func<TimeSpan, Task<DrainReport>>? drain)
    {
        if (drain is null)
            return;
        var turns = TaskScheduler.Current;
        _drains[key] = patience => Task.Factory.StartNew(() => drain(patience), CancellationToken.None, TaskCreationOptions.None, turns).Unwrap();
    }
}
