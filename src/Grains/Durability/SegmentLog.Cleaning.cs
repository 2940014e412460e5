namespace OrleansLb.Grains.Durability;

internal sealed partial class SegmentLog
{
    private readonly Queue<StoredSegment> _retired = new();
    private Task _cleaner = Task.CompletedTask;
    private bool _isCleaning;

    private void RetireIfDone(StoredSegment segment)
    {
        if (!segment.IsDone || segment.IsRetired || segment == _fence || _ended.IsCancellationRequested)
            return;
        if (segment == _carrier && Array.Exists(_carried, static told => !told.IsGone))
            return;

        segment.IsRetired = true;
        _retired.Enqueue(segment);
        if (_isCleaning)
            return;
        _isCleaning = true;
        _cleaner = ClearAll();
    }

    private async Task ClearAll()
    {
        while (!_ended.IsCancellationRequested && _retired.TryPeek(out var segment))
        {
            var answer = await Clear(segment);
            if (answer.Status == StoreStatus.Unavailable)
            {
                watcher.StoreFailed("clear", answer.Fault);
                await Delay(options.BackOff);
                continue;
            }

            _retired.Dequeue();
            Forget(segment);
        }

        _isCleaning = false;
    }

    private async Task<StoreAnswer> Clear(StoredSegment segment)
    {
        string name = SegmentStore.NameOf(segment.Number);
        if (segment.Version is { } version)
        {
            var answer = await store.Clear(name, version);
            if (answer.Status != StoreStatus.Conflict)
                return answer;
        }

        // Its version is not known, or the answer to an earlier attempt was lost.
        var found = await store.Read(name);
        found.Record?.Release();
        if (found.Status != StoreStatus.Done)
            return found;
        segment.Version = found.Version;
        var cleared = await store.Clear(name, found.Version);
        return cleared.Status == StoreStatus.Conflict ? cleared with { Status = StoreStatus.Unavailable } : cleared;
    }

    private void Forget(StoredSegment segment)
    {
        segment.IsGone = true;
        if (segment.Place.List is not null)
            _live.Remove(segment.Place);
        _acked.Remove(segment);
        if (segment == _carrier)
            (_carrier, _carried) = (null, []);
        else if (_carrier is { } carrier)
            RetireIfDone(carrier);
    }

    /// <summary>Moves a corrupt segment out of the way, for somebody to look at. A record that cannot even be read stays where it is.</summary>
    private async Task PutAside(long number, int parts, long room, Exception? fault)
    {
        watcher.Quarantined(number, parts, room, fault);
        var found = await store.Read(SegmentStore.NameOf(number));
        if (found.Record is not { } record)
            return;
        var copied = await store.Write(SegmentStore.QuarantineOf(number), new RecordCopy(record), version: null);
        record.Release();
        if (copied.Status is StoreStatus.Done or StoreStatus.Conflict)
            await store.Clear(SegmentStore.NameOf(number), found.Version);
        else
            watcher.StoreFailed("put a corrupt segment aside", copied.Fault);
    }

    private async Task RemoveTraces()
    {
        (_fence, _carrier, _carried) = (null, null, []);
        foreach (var segment in _live.ToArray())
            RetireIfDone(segment);
        await Settled();
        if (_live.Count > 0 || await TryConfirm() is not null)
            return;
        var answer = await store.Clear(SegmentStore.Manifest, _manifestVersion);
        if (answer.Status != StoreStatus.Done)
            watcher.StoreFailed("clear the manifest", answer.Fault);
    }
}
