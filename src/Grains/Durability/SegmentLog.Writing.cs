namespace OrleansLb.Grains.Durability;

internal sealed partial class SegmentLog
{
    private readonly Queue<SegmentDraft> _drafts = new();
    private SegmentDraft? _open;
    private SegmentDraft? _writing;
    private Task _writer = Task.CompletedTask;
    private bool _isWriting;
    private bool _flushes;
    private long _next;
    private long _reserved;

    // The newest segment that says what is done, and of which others it says so: it stays for as long as one of them is there.
    private StoredSegment? _carrier;
    private StoredSegment[] _carried = [];

    private bool MustFlush => _acked.Any(static segment => segment is { HasUnsavedAcks: true, IsRetired: false });

    private SegmentDraft DraftFor(int bytes)
    {
        if (_open is not null && _drafts.Count > 0 && _open.Count < options.SegmentParts && _open.Bytes + bytes <= options.SegmentBytes)
            return _open;
        _drafts.Enqueue(_open = new SegmentDraft());
        return _open;
    }

    private void StartWriting(bool flush = false)
    {
        _flushes |= flush;
        if (_drafts.Count > 1)
            _holdEnded?.TrySetResult();
        if (_isWriting)
            return;
        _isWriting = true;
        _writer = WriteAll();
    }

    private async Task WriteAll()
    {
        while (await NextDraft() is { } draft)
        {
            _writing = draft;
            draft.Complete(_overtaken ?? await TryConfirm() ?? await TryReserve() ?? await TryStore(draft));
            _writing = null;
        }

        _isWriting = false;
        if (MustFlush && !_flushPlanned)
            _ = FlushSoon();
    }

    private async Task<string?> TryStore(SegmentDraft draft)
    {
        if (_ended.IsCancellationRequested)
            return _refusal;

        StoredSegment[] told = _acked.Any(static segment => segment.HasUnsavedAcks) ? [.. _acked] : [];
        if (draft.Count == 0 && told.Length == 0)
            return null;
        long number = _next++;
        int[] saved = Array.ConvertAll(told, static segment => segment.Acked);
        draft.Close(number, Array.ConvertAll(told, static segment => segment.ToAckRecord()));
        using var copyOfStore = pool.Charge(draft.RecordLength);
        var answer = await store.Write(SegmentStore.NameOf(number), draft, version: null);
        if (answer.Status == StoreStatus.Conflict)
            return Overtaken();
        if (answer.Status != StoreStatus.Done)
        {
            // it may be there all the same
            Doubt(number);
            return Failed("write", answer);
        }

        watcher.Stored(draft.Count, draft.Bytes);
        var segment = new StoredSegment(number, draft.Count, draft.Bytes, draft.Room, answer.Version);
        Add(segment, draft);
        if (told.Length > 0)
            Carry(segment, told, saved);
        foreach (var place in draft.Done)
            Acknowledge(segment, place);
        RetireIfDone(segment);
        return null;
    }

    private void Add(StoredSegment segment, SegmentDraft draft)
    {
        _live.AddLast(segment.Place);
        Left += segment.Count;
        LeftRoom += segment.Room;
        draft.MoveTo(segment);
        if (segment.IsTaken || _ended.IsCancellationRequested)
            return;

        // many queues share the memory: when it gets less, what is stored waits in the store
        long bytes = draft.BytesLeft;
        bool fits = _ahead.Last is not { Value.IsResident: false } && ResidentBytes + bytes <= options.MemoryWindow && pool.IsAmple;
        _ahead.AddLast(segment);
        if (!fits)
            return;
        segment.Keep(draft.TakeEntries());
        ResidentBytes += bytes;
    }

    private void Carry(StoredSegment carrier, StoredSegment[] told, int[] saved)
    {
        for (int i = 0; i < told.Length; i++)
            told[i].Saved = saved[i];
        var former = _carrier;
        (_carrier, _carried) = (carrier, told);
        if (former is not null)
            RetireIfDone(former);
    }

    private async Task FlushSoon()
    {
        _flushPlanned = true;
        await Delay(options.AckDelay);
        _flushPlanned = false;
        if (MustFlush && !_ended.IsCancellationRequested && _overtaken is null)
            StartWriting(flush: true);
    }

    private string Failed(string operation, in StoreAnswer answer)
    {
        watcher.StoreFailed(operation, answer.Fault);
        return $"the queue's store failed ({operation}): {answer.Fault?.Message ?? answer.Status.ToString()}";
    }
}
