namespace OrleansLb.Grains.Durability;

internal sealed partial class SegmentLog
{
    private TaskCompletionSource? _holdEnded;
    private bool _hurries;

    /// <summary>From now on segments are written as soon as they can be.</summary>
    public void Hurry()
    {
        _hurries = true;
        _holdEnded?.TrySetResult();
    }

    /// <summary>The next draft to write, as soon as it is due; null when there is nothing to write.</summary>
    private async ValueTask<SegmentDraft?> NextDraft()
    {
        while (_drafts.TryPeek(out var draft))
        {
            if (draft.Count == 0)
            {
                // all that was in it is delivered
                if (draft == _open)
                    break;
                _drafts.Dequeue();
            }
            else if (HoldFor(draft) is { } hold)
            {
                _holdEnded = new TaskCompletionSource();
                await _holdEnded.Task.WaitAsync(hold, time)
                    .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
                _holdEnded = null;
            }
            else
            {
                _flushes = false;
                return _drafts.Dequeue();
            }
        }

        if (!_flushes || _ended.IsCancellationRequested)
            return null;
        _flushes = false;
        return new SegmentDraft();
    }

    // Null when it is due. A draft that is full waits for nothing.
    private TimeSpan? HoldFor(SegmentDraft draft)
    {
        var hold = _headStart.Current;
        if (hold == TimeSpan.Zero || _hurries || draft != _open)
            return null;
        var left = hold - time.GetElapsedTime(draft.Since);
        if (left > TimeSpan.Zero)
            return left;
        _headStart.Missed();
        return null;
    }

    private bool TryTakeUnstored(out StoredPart part)
    {
        part = default;
        if (_ended.IsCancellationRequested)
            return false;
        if (_writing?.TryTake(out part) == true)
            return true;
        foreach (var draft in _drafts)
        {
            if (draft.TryTake(out part))
                return true;
        }

        return false;
    }

    private void Withdraw(SegmentDraft draft, StoredPlace place)
    {
        draft.Withdraw(place);
        watcher.DeliveredUnstored();
    }
}
