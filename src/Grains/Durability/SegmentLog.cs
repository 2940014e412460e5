using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Durability;

/// <summary>
/// A durable queue, first in, first out, in segments that are written once and cleared once. Parts that arrive while a write is under way
/// share the next segment; which parts are done travels with the next segment that is written anyway. Nothing is ever rewritten. With
/// <see cref="SegmentLogOptions.HeadStart"/> a segment is held back that long, and what is done by then is not written at all.
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
    private readonly HeadStart _headStart = new(options.HeadStart);

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

    /// <summary>Whether parts may be taken before they are stored.</summary>
    public bool GivesHeadStarts => _headStart.IsAllowed;

    /// <summary>Takes a part in; its payload is retained until it is stored or done.</summary>
    /// <returns>Its place, which says when the part is accepted.</returns>
    public StoredPlace Append(ExportPart part, long? since)
    {
        if ((_overtaken ?? _refusal) is { } refusal)
            return StoredPlace.Refused(refusal);

        var draft = DraftFor(part.Payload.Length);
        var entry = new SegmentEntry(part.Signal, part.ItemCount, since, part.Payload.Retain(), part.PlainLength);
        var place = draft.Add(entry, entry.RoomBy(options.Sizer), time.GetTimestamp());
        StartWriting();
        return place;
    }

    /// <summary>The next part, in the order of acceptance, as soon as it is in memory; with head starts, parts that are still to be stored follow those that are.</summary>
    /// <returns>Null when all parts were taken, or the queue has ended.</returns>
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

        return GivesHeadStarts && TryTakeUnstored(out var unstored) ? unstored : null;
    }

    /// <summary>A part is done with: delivered, handed on or dropped. It does not come back once the store knows, and is not stored at all if it was not yet.</summary>
    public void Ack(StoredPlace place)
    {
        if (place.IsDone)
            return;
        place.IsDone = true;
        if (place is { IsRefused: false, Appended: { } appended })
            _headStart.Delivered(time.GetElapsedTime(appended));
        if (place.Segment is { } segment)
            Acknowledge(segment, place);
        else if (place.Draft is { IsClosed: false } draft)
            Withdraw(draft, place);
        place.Settle(null);
    }

    private void Acknowledge(StoredSegment segment, StoredPlace place)
    {
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
        Hurry();
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
        Hurry();
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
