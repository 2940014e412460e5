namespace OrleansLb.Grains.Durability;

internal sealed partial class SegmentLog
{
    // Written behind the last segment of the former activation, so that it cannot write there should it still live somewhere.
    private StoredSegment? _fence;

    // Segments below this number were written by former activations, whose seatings mean nothing here.
    private long _ownFrom;

    /// <summary>
    /// Finds what former activations have left. Reads every segment once and keeps their numbers and what is done. Writes nothing
    /// before everything was read and is of a known format.
    /// </summary>
    /// <remarks>After a failure nothing was changed that matters, and the queue may be opened again unless the failure is final.</remarks>
    public async Task<OpenOutcome> Open()
    {
        var answer = await store.Read(SegmentStore.Manifest);
        if (answer.Status == StoreStatus.Missing)
            return default;
        if (answer.Status is StoreStatus.Unavailable or StoreStatus.Conflict)
            return new OpenOutcome(Failed("read the manifest", answer));

        SegmentManifest? manifest = null;
        var condition = RecordCondition.Corrupt;
        if (answer.Record is { } record)
        {
            condition = SegmentManifest.Read(record.Bytes.Span, out manifest);
            record.Release();
        }

        if (condition == RecordCondition.Newer)
            return Newer(SegmentStore.Manifest);
        if (condition == RecordCondition.Corrupt)
            return new OpenOutcome($"{SegmentStore.Manifest} is corrupt; the segments are left as they are", IsFinal: true);
        return await Recover(manifest!, answer.Version);
    }

    private async Task<OpenOutcome> Recover(SegmentManifest manifest, string? version)
    {
        var segments = new List<StoredSegment>();
        var acks = new List<AckRecord>();
        var corrupt = new List<(long Number, Exception? Fault)>();
        _next = manifest.First;
        foreach (long number in manifest.Numbers())
        {
            if (_ended.IsCancellationRequested)
                return new OpenOutcome(_refusal ?? "");
            var (found, failure) = await Find(number);
            if (failure is not null)
                return new OpenOutcome(failure);
            if (found.Condition is not { } condition)
                continue;
            if (condition == RecordCondition.Newer)
                return Newer(SegmentStore.NameOf(number));

            _next = Math.Max(_next, number + 1);
            acks.AddRange(found.Acks);
            if (found.Segment is { } segment)
                segments.Add(segment);
            else
                corrupt.Add((number, found.Fault));
        }

        _ownFrom = _next;
        var ours = SegmentManifest.Of(_owner, segments, _next, Math.Max(manifest.Reserved, _next + 1));
        var written = await store.Write(SegmentStore.Manifest, ours, version);
        if (written.Status != StoreStatus.Done)
            return new OpenOutcome(Failed("write the manifest", written));

        (_manifestVersion, _reserved) = (written.Version, ours.Reserved);
        Adopt(segments, acks);
        if (await Fence() is { } unfenced)
        {
            Disown();
            return new OpenOutcome(unfenced);
        }

        foreach (var (number, fault) in corrupt)
            await PutAside(number, parts: 0, room: 0, fault);
        foreach (var segment in segments)
            RetireIfDone(segment);
        return default;
    }

    private async Task<(FoundSegment Found, string? Failure)> Find(long number)
    {
        var answer = await store.Read(SegmentStore.NameOf(number));
        switch (answer.Status)
        {
            case StoreStatus.Missing:
                return (default, null);
            case StoreStatus.Corrupt:
                answer.Record?.Release();
                return (new FoundSegment(RecordCondition.Corrupt, null, [], answer.Fault), null);
            case StoreStatus.Done:
                var record = answer.Record!;
                var found = await store.OffTurn(() => FoundSegment.In(record, number, answer.Version, options.Sizer));
                record.Release();
                return (found, null);
            default:
                return (default, Failed("read a segment", answer));
        }
    }

    private void Adopt(List<StoredSegment> segments, List<AckRecord> acks)
    {
        var byNumber = segments.ToDictionary(static segment => segment.Number);
        foreach (var ack in acks)
        {
            if (byNumber.TryGetValue(ack.Number, out var segment))
                segment.Acknowledge(ack);
        }

        foreach (var segment in segments)
        {
            segment.LetGoOfRooms();
            _live.AddLast(segment.Place);
            Left += segment.Undone;
            LeftRoom += segment.Room;
            if (segment.Acked > 0)
                _acked.Add(segment);
            if (!segment.IsDone)
                _ahead.AddLast(segment);
        }
    }

    // It also says again what is done, so that the segments that said so before may go.
    private async Task<string?> Fence()
    {
        long number = _next++;
        var fence = new SegmentDraft();
        StoredSegment[] told = [.. _acked];
        int[] saved = Array.ConvertAll(told, static segment => segment.Acked);
        fence.Close(number, Array.ConvertAll(told, static segment => segment.ToAckRecord()));
        var answer = await store.Write(SegmentStore.NameOf(number), fence, version: null);
        if (answer.Status != StoreStatus.Done)
            return Failed("write behind the last segment", answer);

        _fence = new StoredSegment(number, count: 0, bytes: 0, room: 0, answer.Version);
        _live.AddLast(_fence.Place);
        Carry(_fence, told, saved);
        return null;
    }

    private void ReleaseFence()
    {
        var fence = _fence;
        _fence = null;
        if (fence is not null)
            RetireIfDone(fence);
    }

    private void Disown()
    {
        _live.Clear();
        _ahead.Clear();
        _acked.Clear();
        (_next, _reserved, _ownFrom, _manifestVersion) = (0, 0, 0, null);
        (Left, LeftRoom) = (0, 0);
    }

    private static OpenOutcome Newer(string name) =>
        new($"{name} was written by a newer version of this program; nothing is touched", IsFinal: true);
}
