using OrleansLb.Grains.Exporting;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Durability;

/// <summary>
/// A durable queue, first in, first out, in segments that are written once and cleared once. Parts that arrive while a write is under way
/// share the next segment; which parts are done travels with the next segment that is written anyway. Nothing is ever rewritten.
/// </summary>
/// <remarks>
/// It belongs to one activation and is used on its turns only; it needs no more of the store than any <c>IGrainStorage</c> gives. At least
/// once: after a crash there come back the parts that were not acknowledged, and of those that were at most what the store has not heard of: the acknowledgements
/// since the write before the last began, or of the last <see cref="SegmentLogOptions.AckDelay"/> and the write that follows it.
/// </remarks>
internal sealed partial class SegmentLog(
    SegmentStore store, SegmentLogOptions options, PayloadPool pool, TimeProvider time, ISegmentLogWatcher watcher) : IDisposable
{
    private readonly CancellationTokenSource _ended = new();

    // in the order of their numbers
    private readonly LinkedList<StoredSegment> _live = [];

    // those with parts to take; the ones in memory come first
    private readonly LinkedList<StoredSegment> _ahead = [];
    private readonly HashSet<StoredSegment> _acked = [];
    private string? _refusal;
    private string? _overtaken;
    private bool _flushPlanned;

    /// <summary>Parts that are stored and not acknowledged.</summary>
    public int Left { get; private set; }

    /// <summary>The room that they take up in the queue.</summary>
    public long LeftRoom { get; private set; }

    /// <summary>Another activation has taken the queue over: nothing more can be stored here.</summary>
    public bool IsOvertaken => _overtaken is not null;

    /// <summary>Bytes of waiting payloads that are in memory.</summary>
    public long ResidentBytes { get; private set; }

    /// <summary>Stores a part; its payload is retained until then.</summary>
    /// <returns>Null once it is stored; else why it was not. It may have been all the same when the store's answer was lost.</returns>
    public Task<string?> Append(ExportPart part, long? since)
    {
        if ((_overtaken ?? _refusal) is { } refusal)
            return Task.FromResult<string?>(refusal);

        var draft = DraftFor(part.Payload.Length);
        var entry = new SegmentEntry(part.Signal, part.ItemCount, since, part.Payload.Retain(), part.PlainLength);
        draft.Add(entry, entry.RoomBy(options.Sizer));
        StartWriting();
        return draft.Stored;
    }

    /// <summary>The next part, in the order of acceptance, as soon as it is in memory.</summary>
    /// <returns>Null when all stored parts were taken, or the queue has ended.</returns>
    public async ValueTask<StoredPart?> Take()
    {
        while (!_ended.IsCancellationRequested && _ahead.First?.Value is { } head)
        {
            if (!head.IsResident)
            {
                await LoadNext();
                continue;
            }

            bool taken = head.TryTake(options.Sizer, out var part);
            if (!taken || head.IsTaken)
                _ahead.RemoveFirst();
            if (!taken)
                continue;

            ResidentBytes -= part.Payload.Length;
            ReadAhead();
            return head.Number < _ownFrom ? part with { Since = null } : part;
        }

        return null;
    }

    /// <summary>A part is done with: delivered, handed on or dropped. It does not come back once the store knows.</summary>
    public void Ack(StoredPlace place)
    {
        var segment = place.Segment;
        if (!segment.Acknowledge(place.Index, place.Room))
            return;
        Left--;
        LeftRoom -= place.Room;
        _acked.Add(segment);
        RetireIfDone(segment);
        if (!_flushPlanned)
            _ = FlushSoon();
    }

    /// <summary>Stores nothing more, tells the store what is done and, when nothing is left, removes every trace of the queue.</summary>
    public async Task Close(CancellationToken cancellationToken)
    {
        if (_ended.IsCancellationRequested)
            return;
        _refusal ??= "the queue is closed";
        try
        {
            await Settled().WaitAsync(cancellationToken);
            if (MustFlush)
                StartWriting(flush: true);
            await Settled().WaitAsync(cancellationToken);
            if (Left == 0 && !IsOvertaken && _manifestVersion is not null)
                await RemoveTraces().WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // what the store has not heard of comes back
        }

        Dispose();
    }

    /// <summary>Ends at once, as a crash would, and lets the memory go.</summary>
    public void Dispose()
    {
        if (_ended.IsCancellationRequested)
            return;
        _refusal ??= "the queue is closed";
        _ended.Cancel();
        _ended.Dispose();
        while (_drafts.TryDequeue(out var draft))
            draft.Complete(_refusal);
        foreach (var segment in _ahead)
            segment.LetGo();
        _ahead.Clear();
        ResidentBytes = 0;
    }

    // Nothing is being written or cleared.
    private async Task Settled()
    {
        while (_isWriting || _isCleaning)
            await Task.WhenAll(_writer, _cleaner);
    }

    private async Task Delay(TimeSpan delay)
    {
        if (!_ended.IsCancellationRequested)
        {
            await Task.Delay(delay, time, _ended.Token)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
