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
    private readonly ConcurrentDictionary<ExporterGrainKey, Func<TimeSpan, Task<DrainReport>>> _exporters = new();
    private readonly ConcurrentDictionary<SendingQueueKey, Func<TimeSpan, Task<DrainReport>>> _sendingQueues = new();

    /// <summary>The sending queues that come before them.</summary>
    public IReadOnlyCollection<SendingQueueKey> SendingQueues => (IReadOnlyCollection<SendingQueueKey>)_sendingQueues.Keys;

    /// <summary>The keys of the moment.</summary>
    public IReadOnlyCollection<ExporterGrainKey> Keys => (IReadOnlyCollection<ExporterGrainKey>)_exporters.Keys;

    /// <summary>
    /// Empties every queue without a call of a grain, on the turns of their activations: for a silo that was taken for dead, whose calls go nowhere any more. What a queue before the
    /// split holds cannot be split without calls, and is kept or dropped and counted.
    /// </summary>
    public async Task<IReadOnlyList<DrainReport>> DrainHere(TimeSpan patience) =>
        await Task.WhenAll(_sendingQueues.Values.Concat(_exporters.Values).Select(drain => drain(patience))).ConfigureAwait(false);

    /// <summary>To be called on a turn of the activation, on which its queue is drained as well.</summary>
    internal void Add(ExporterGrainKey key, Func<TimeSpan, Task<DrainReport>> drain) => _exporters[key] = OnTurns(drain);

    internal void Remove(ExporterGrainKey key) => _exporters.TryRemove(key, out _);

    /// <inheritdoc cref="Add(ExporterGrainKey, Func{TimeSpan, Task{DrainReport}})"/>
    internal void Add(SendingQueueKey key, Func<TimeSpan, Task<DrainReport>> drain) => _sendingQueues[key] = OnTurns(drain);

    internal void Remove(SendingQueueKey key) => _sendingQueues.TryRemove(key, out _);

    private static Func<TimeSpan, Task<DrainReport>> OnTurns(Func<TimeSpan, Task<DrainReport>> drain)
    {
        var turns = TaskScheduler.Current;
        return patience => Task.Factory.StartNew(() => drain(patience), CancellationToken.None, TaskCreationOptions.None, turns).Unwrap();
    }
}
