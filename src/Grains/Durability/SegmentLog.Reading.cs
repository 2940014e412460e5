namespace OrleansLb.Grains.Durability;

internal sealed partial class SegmentLog
{
    private Task _loader = Task.CompletedTask;

    // Brings the first segment that is not in memory there; one at a time, for whoever waits.
    private Task LoadNext()
    {
        if (_loader.IsCompleted)
            _loader = Load();
        return _loader;
    }

    // While the parts of one segment are on their way the next one is read.
    private void ReadAhead()
    {
        if (_loader.IsCompleted && FirstAbsent() is { } next && ResidentBytes + next.Bytes <= options.MemoryWindow && pool.IsAmple)
            _loader = Load();
    }

    private StoredSegment? FirstAbsent()
    {
        if (_ahead.Last is not { Value.IsResident: false })
            return null;
        var node = _ahead.First;
        while (node is { Value.IsResident: true })
            node = node.Next;
        return node?.Value;
    }

    private async Task Load()
    {
        if (FirstAbsent() is not { } segment)
            return;
        while (!_ended.IsCancellationRequested)
        {
            using var copyOfStore = pool.Charge(segment.Bytes);
            var answer = await store.Read(SegmentStore.NameOf(segment.Number));
            if (answer.Status is StoreStatus.Unavailable or StoreStatus.Conflict)
            {
                watcher.StoreFailed("read", answer.Fault);
                await Delay(options.BackOff);
                continue;
            }

            SegmentEntry[]? entries = null;
            if (answer.Record is { } record)
            {
                entries = await store.OffTurn(() => Decode(record, segment));
                record.Release();
            }

            if (entries is null)
                await Lose(segment, answer);
            else
                Keep(segment, entries);
            return;
        }
    }

    private void Keep(StoredSegment segment, SegmentEntry[] entries)
    {
        segment.Keep(entries);
        foreach (var entry in entries)
            ResidentBytes += entry.Payload?.Length ?? 0;
        if (!_ended.IsCancellationRequested)
            return;
        segment.LetGo();
        ResidentBytes = 0;
    }

    // Off the turn: while a segment is not in memory nobody changes what is done in it.
    private SegmentEntry[]? Decode(SegmentState record, StoredSegment segment)
    {
        if (SegmentReader.Open(record.Bytes.Span, segment.Number, out var reader) != RecordCondition.Sound || reader.Count != segment.Count)
            return null;
        var entries = new SegmentEntry[segment.Count];
        for (int i = 0; i < entries.Length; i++)
            entries[i] = reader.Next(pool, segment.Awaits(i));
        return entries;
    }

    // What is gone cannot be waited for: the rest of the queue goes on.
    private async Task Lose(StoredSegment segment, StoreAnswer answer)
    {
        int parts = segment.Undone;
        long room = segment.Room;
        _ahead.Remove(segment);
        Forget(segment);
        Left -= parts;
        LeftRoom -= room;
        if (answer.Status == StoreStatus.Missing)
            watcher.Quarantined(segment.Number, parts, room, answer.Fault);
        else
            await PutAside(segment.Number, parts, room, answer.Fault);
    }
}
