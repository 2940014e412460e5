namespace OrleansLb.Grains.Durability;

internal sealed partial class SegmentLog
{
    private readonly long _owner = Random.Shared.NextInt64();
    private string? _manifestVersion;

    // A write has failed: the manifest may be another one than we know, and so may be its owner.
    private bool _doubtful;

    /// <summary>Reserves the next numbers if all are used.</summary>
    private async Task<string?> TryReserve()
    {
        if (_next < _reserved)
            return null;
        var manifest = SegmentManifest.Of(_owner, _live, _next, _next + options.Reservation);
        var answer = await store.Write(SegmentStore.Manifest, manifest, _manifestVersion);
        if (answer.Status == StoreStatus.Conflict)
            return Overtaken();
        if (answer.Status != StoreStatus.Done)
        {
            _doubtful = true;
            return Failed("reserve", answer);
        }

        (_manifestVersion, _reserved) = (answer.Version, manifest.Reserved);
        ReleaseFence();
        return null;
    }

    /// <summary>
    /// After a failed write, before the next one: looks whether the queue is still ours. An activation that was given up without knowing it
    /// must not store what nobody will look for.
    /// </summary>
    private async Task<string?> TryConfirm()
    {
        if (!_doubtful)
            return null;
        var answer = await store.Read(SegmentStore.Manifest);
        SegmentManifest? manifest = null;
        if (answer.Record is { } record)
        {
            SegmentManifest.Read(record.Bytes.Span, out manifest);
            record.Release();
        }

        if (answer.Status == StoreStatus.Missing && _manifestVersion is null)
        {
            _doubtful = false;
            return null;
        }

        if (answer.Status is StoreStatus.Unavailable or StoreStatus.Corrupt)
            return Failed("read the manifest", answer);
        if (manifest?.Owner != _owner)
            return Overtaken();
        (_doubtful, _manifestVersion, _reserved) = (false, answer.Version, manifest.Reserved);
        return null;
    }

    private string Overtaken() => _overtaken = "another activation has taken the queue over";

    // What was written may be there: it is looked for and removed, since its parts were refused.
    private void Doubt(long number)
    {
        _doubtful = true;
        var segment = new StoredSegment(number, count: 0, bytes: 0, room: 0, version: null);
        _live.AddLast(segment.Place);
        RetireIfDone(segment);
    }
}
