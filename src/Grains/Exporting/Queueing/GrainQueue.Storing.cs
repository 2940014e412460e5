using Orleans.Runtime;
using Orleans.Storage;
using OrleansLb.Grains.Durability;
using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Grains.Exporting.Queueing;

internal sealed partial class GrainQueue : ISegmentLogWatcher
{
    private static readonly TimeSpan OpenBackOff = TimeSpan.FromSeconds(1);

    /// <summary>How long a caller without patience waits for the look into the store that comes with an activation.</summary>
    private static readonly TimeSpan OpenPatience = TimeSpan.FromSeconds(1);

    /// <summary>How long the end waits for the store to hear what is done.</summary>
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    private SegmentLog? _log;
    private Task _opening = Task.CompletedTask;
    private Task<string?>? _registration;
    private bool _isClosed;
    private bool _isStoreLeft;
    private string? _unusable;

    // Parts that have room and wait in the store, or to be stored.
    private int _stored;
    private long _storedRoom;

    /// <summary>Whether it is still being read what is stored.</summary>
    public bool IsOpening { get; private set; }

    /// <summary>Parts that stay in the store.</summary>
    public int Kept => _log?.Left ?? 0;

    void ISegmentLogWatcher.Stored(int parts, long bytes) => metrics.SegmentStored(parts, bytes);

    void ISegmentLogWatcher.DeliveredUnstored() => metrics.DeliveredUnstored();

    void ISegmentLogWatcher.Quarantined(long number, int parts, long room, Exception? fault)
    {
        metrics.SegmentQuarantined(parts);
        LogQuarantined(fault, number, name, parts);
        if (_isStoreLeft)
            return;
        _stored -= parts;
        _storedRoom -= room;
        _queue.LeaveAll(parts, room);
        metrics.Resized(_queue.Used);
    }

    void ISegmentLogWatcher.StoreFailed(string operation, Exception? fault)
    {
        metrics.StoreFailed(operation);
        LogStoreFailed(fault, name, operation);
    }

    /// <summary>Keeps the parts in a store from now on and takes up what a former activation has left there.</summary>
    public void Open(IGrainStorage storage, GrainId grain)
    {
        _log = new SegmentLog(new SegmentStore(storage, grain), new SegmentLogOptions { Sizer = options.Sizer, HeadStart = options.StoreAfter }, pool, time, this);
        IsOpening = true;
        _opening = OpenUntilItWorks(_log);
    }

    // Not part of the activation, which has little time: a large backlog is read, or the store is away for a while.
    private async Task OpenUntilItWorks(SegmentLog log)
    {
        while (!_ended.IsCancellationRequested && !_isClosed)
        {
            var outcome = await log.Open();
            _unusable = outcome.Failure;
            if (outcome.Failure is null)
            {
                AdoptStored(log);
                return;
            }

            LogNotOpened(name, outcome.Failure);
            if (outcome.IsFinal)
                return;
            await Task.Delay(OpenBackOff, time, _ended.Token)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // What was accepted once is not held against the capacity.
    private void AdoptStored(SegmentLog log)
    {
        if (_isClosed || _isStoreLeft)
            return;
        IsOpening = false;
        if (log.Left > 0)
            LogRecovered(log.Left, name);
        _stored += log.Left;
        _storedRoom += log.LeftRoom;
        _queue.EnterRegardless(log.LeftRoom, log.Left);
        metrics.Resized(_queue.Used);
        for (int i = Math.Min(log.Left, options.Consumers); i > 0; i--)
            TakeUpStored();
        owner.EndIfUnneeded();
    }

    /// <summary>Why nothing can be stored at the moment, or null: asked before a router is promised room, so that it need not be told when it has accepted the rest of a request.</summary>
    private async Task<EnqueueOutcome?> RefusalByStore(TimeSpan patience)
    {
        if (IsOpening && _unusable is null)
        {
            await _opening.WaitAsync(patience > OpenPatience ? patience : OpenPatience, time)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }

        if (IsOpening)
            return NotStored(_unusable ?? "the queue is still being read from its store");
        if (await (_registration ??= Register()) is not { } unregistered)
            return null;
        _registration = null;
        return NotStored(unregistered);
    }

    private async Task<EnqueueOutcome> EnqueueStored(ExportPart part, long room, TimeSpan patience, bool hasRoom, CancellationToken gone)
    {
        if (await RefusalByStore(patience) is { } refusal)
            return Refuse(part, refusal);
        bool waits = options.BlockOnOverflow && patience > TimeSpan.Zero;
        if (IsStopping)
            return Refuse(part, EnqueueOutcome.Stopping);
        if (hasRoom)
            _queue.EnterRegardless(room);
        else if (!_queue.TryEnter(room) && !(waits && await _queue.Enter(room, patience, gone)))
            return Refuse(part, gone.IsCancellationRequested ? EnqueueOutcome.Cancelled : IsStopping ? EnqueueOutcome.Stopping : EnqueueOutcome.QueueFull);

        var encoded = await owner.EncodeForStore(part);
        var place = _log!.Append(encoded, owner.Seating);
        encoded.Payload.Release();
        if (_isStoreLeft)
            _queue.Leave(room);
        else
            (_stored, _storedRoom) = (_stored + 1, _storedRoom + room);
        metrics.Resized(_queue.Used);
        if (_log.GivesHeadStarts)
            TakeUpStored();

        string? failure = await place.Accepted;
        if (_log.IsOvertaken)
            owner.EndOvertaken();
        if (failure is not null)
            return Refuse(part, place, room, failure);
        if (!place.IsTaken)
            TakeUpStored();
        return EnqueueOutcome.Accepted;
    }

    private EnqueueOutcome Refuse(ExportPart part, StoredPlace place, long room, string refusal)
    {
        // whoever has taken it is on the way to the backend with it and gives its room back; its sender comes again
        if (place.IsTaken)
            owner.LookAgain();
        else if (!_isStoreLeft)
            GiveBack(room);
        return Refuse(part, NotStored(refusal));
    }

    private void GiveBack(long room)
    {
        (_stored, _storedRoom) = (_stored - 1, _storedRoom - room);
        _queue.Leave(room);
        metrics.Resized(_queue.Used);
    }

    /// <summary>Stores what is left of a part for the next activation, once the time for emptying the queue is over.</summary>
    /// <returns>Whether all of it is stored: then the part itself is done.</returns>
    public async Task<bool> TryStoreRest(IReadOnlyList<ExportPart> rest)
    {
        string?[] refusals = await Task.WhenAll(rest.Select(part => _log!.Append(part, since: null).Accepted));
        return Array.TrueForAll(refusals, static refusal => refusal is null);
    }

    private void TakeUpStored()
    {
        if (_former is not null)
            _ = Pull();
        else if (_consumers < options.Consumers)
            _ = Consume();
    }

    private async Task<QueuedPart?> TakeStored()
    {
        if (_isStoreLeft || await _log!.Take() is not { } part)
            return null;
        var queued = new QueuedPart(part, owner.Slot) { Room = part.Place.Room, Origins = [new PartOrigin { Place = part.Place }] };
        if (_isStoreLeft)
        {
            // its room was given back with that of all others
            queued.Finish();
            return null;
        }

        _stored--;
        _storedRoom -= part.Place.Room;
        return queued;
    }

    // The time for draining is over, or the next activation lives elsewhere: what waits in the store stays there.
    private void LeaveStored()
    {
        _isStoreLeft = true;
        _queue.LeaveAll(_stored, _storedRoom);
        (_stored, _storedRoom) = (0, 0);
        metrics.Resized(_queue.Used);
    }

    // Ends in good order: the store hears what is done.
    private async Task Close(CancellationToken cancellationToken)
    {
        if (_log is null || _isClosed)
            return;
        _isClosed = true;
        if (IsOpening)
        {
            _log.Dispose();
            return;
        }

        using var patience = new CancellationTokenSource(ClosePatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        await _log.Close(either.Token);
        if (_log is { Left: 0, IsOvertaken: false })
            await Unregister();
    }

    // Before anything is stored: whoever starts next must know that there may be something.
    private async Task<string?> Register()
    {
        try
        {
            await owner.Register();
            return null;
        }
#pragma warning disable CA1031 // whatever it is, the caller comes again
        catch (Exception fault)
#pragma warning restore CA1031
        {
            ((ISegmentLogWatcher)this).StoreFailed("register", fault);
            return $"the queue's store failed (register): {fault.Message}";
        }
    }

    private async Task Unregister()
    {
        try
        {
            await owner.Unregister();
        }
#pragma warning disable CA1031 // then somebody looks once in vain
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogNotUnregistered(fault, name);
        }
    }

    private static EnqueueOutcome NotStored(string message) => new() { Status = EnqueueStatus.NotStored, Message = message };
}
