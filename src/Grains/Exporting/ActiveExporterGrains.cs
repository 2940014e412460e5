using System.Collections.Concurrent;
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

    /// <summary>The sending queues that come before them.</summary>
    public IReadOnlyCollection<SendingQueueKey> SendingQueues => (IReadOnlyCollection<SendingQueueKey>)_sendingQueues.Keys;

    /// <summary>The keys of the moment.</summary>
    public IReadOnlyCollection<ExporterGrainKey> Keys => (IReadOnlyCollection<ExporterGrainKey>)_keys.Keys;

    internal void Add(ExporterGrainKey key) => _keys.TryAdd(key, 0);

    internal void Remove(ExporterGrainKey key) => _keys.TryRemove(key, out _);

    internal void Add(SendingQueueKey key) => _sendingQueues.TryAdd(key, 0);

    internal void Remove(SendingQueueKey key) => _sendingQueues.TryRemove(key, out _);
}
