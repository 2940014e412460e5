namespace OrleansLb.Grains.Durability;

/// <summary>
/// A part's place in a durable queue: in the draft of a segment at first, and then, unless the part was done before, in the segment. Used on
/// its log's turns only.
/// </summary>
internal sealed class StoredPlace
{
    private readonly TaskCompletionSource<string?>? _accepted;

    /// <summary>The place of a part that is to be stored.</summary>
    /// <param name="draft">Where it is.</param>
    /// <param name="index">Its number there.</param>
    /// <param name="room">The room that it takes up in the queue.</param>
    /// <param name="appended">When it came, as a timestamp.</param>
    public StoredPlace(SegmentDraft? draft, int index, int room, long appended)
    {
        (Draft, Index, Room, Appended) = (draft, index, room, appended);
        _accepted = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>The place of a part that is taken from a stored segment.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="index">Its number there.</param>
    /// <param name="room">The room that it takes up in the queue.</param>
    public StoredPlace(StoredSegment segment, int index, int room) => (Segment, Index, Room, IsTaken) = (segment, index, room, true);

    /// <summary>The segment that it is stored in; null while it is not.</summary>
    public StoredSegment? Segment { get; private set; }

    /// <summary>The draft that it waits in; null when it is stored, or could not be.</summary>
    public SegmentDraft? Draft { get; private set; }

    public int Index { get; set; }

    public int Room { get; }

    /// <summary>When it came, as a timestamp; null when a segment was read from the store.</summary>
    public long? Appended { get; }

    /// <summary>Somebody sees the part through.</summary>
    public bool IsTaken { get; set; }

    /// <summary>Delivered, handed on or dropped.</summary>
    public bool IsDone { get; set; }

    /// <summary>It could not be stored and its sender knows, who will come again.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Null once the part is stored or done; else why it could not be stored. May have been stored all the same when the store's answer was lost.</summary>
    public Task<string?> Accepted => _accepted?.Task ?? Task.FromResult<string?>(null);

    /// <summary>A place that there is none of.</summary>
    public static StoredPlace Refused(string reason)
    {
        var place = new StoredPlace(draft: null, index: 0, room: 0, appended: 0);
        place.Settle(reason);
        return place;
    }

    /// <summary>The draft has become a segment.</summary>
    public void MoveTo(StoredSegment segment) => (Segment, Draft) = (segment, null);

    /// <summary>Answers whoever handed the part over.</summary>
    public void Settle(string? refusal)
    {
        if (_accepted?.TrySetResult(refusal) != true || refusal is null)
            return;
        IsRefused = true;
        Draft = null;
    }
}
