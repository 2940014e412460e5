using OrleansLb.Grains.Durability;
using OrleansLb.Grains.Exporting.Batching;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Exporting.Queueing;

/// <summary>A part that a grain has accepted, with the history of its attempts. It owns one reference to its payload.</summary>
internal sealed class QueuedPart
{
    /// <summary>Until the owner of a dealt part has room there is no use in giving up: it is tried again for as long as it takes.</summary>
    private static readonly RetryOptions HandOver = new()
    {
        InitialInterval = TimeSpan.FromMilliseconds(100),
        Multiplier = 2,
        MaxInterval = TimeSpan.FromSeconds(5),
        MaxElapsedTime = TimeSpan.Zero,
    };

    private RetrySchedule? _retries;
    private RetrySchedule? _handOvers;
    private string? _backend;
    private TimeSpan? _patience;
    private long _accepted;
    private long _firstAttempt;

    /// <param name="part">What was handed over; the payload is retained.</param>
    /// <param name="slot">The ring slot whose backend is to get it.</param>
    /// <param name="since">The seating that the part was meant for; null if the seat was vacant.</param>
    /// <param name="dealtBy">The epoch of the table that named the slot, when the part was dealt out.</param>
    public QueuedPart(ExportPart part, int slot, long? since, long? dealtBy = null)
    {
        Signal = part.Signal;
        Items = part.ItemCount;
        Payload = part.Payload.Retain();
        PlainLength = part.PlainLength > 0 ? part.PlainLength : part.Payload.Length;
        Slot = slot;
        Since = since;
        DealtBy = dealtBy;
    }

    /// <param name="part">What was taken from the store; its payload is ours now.</param>
    /// <param name="slot">The ring slot whose backend is to get it.</param>
    public QueuedPart(in StoredPart part, int slot)
    {
        Signal = part.Signal;
        Items = part.Items;
        Payload = part.Payload;
        Slot = slot;
        Since = part.Since;
        PlainLength = part.PlainLength > 0 ? part.PlainLength : part.Payload.Length;
    }

    /// <param name="signal">The signal of the items.</param>
    /// <param name="batch">A batch, or a piece of one; its payload and its shares of the origins are ours now.</param>
    /// <param name="slot">The ring slot whose backend is to get it.</param>
    /// <param name="since">The seating that its parts were meant for.</param>
    public QueuedPart(Signal signal, in FormedBatch batch, int slot, long? since)
    {
        Signal = signal;
        Items = batch.Items;
        Payload = batch.Payload;
        PlainLength = batch.Pieces.Sum(static piece => piece.Length);
        Slot = slot;
        Since = since;
        Pieces = batch.Pieces;
        Origins = Array.ConvertAll(batch.Pieces, static piece => piece.Origin);
    }

    public Signal Signal { get; }

    public int Items { get; }

    public int Slot { get; }

    public long? Since { get; }

    public long? DealtBy { get; }

    public Payload Payload { get; private set; }

    /// <summary>Bytes of the request uncompressed.</summary>
    public int PlainLength { get; }

    /// <summary>The room that it takes up itself; zero when that of its origins stands for it.</summary>
    public long Room { get; set; }

    /// <summary>The accepted parts that this one is, or has pieces of, as far as anybody waits for their end. It has one share of each.</summary>
    public PartOrigin[] Origins { get; set; } = [];

    /// <summary>The limit in bytes that it was cut to, as far as its items allow; zero when it was not cut.</summary>
    public int CutTo { get; init; }

    /// <summary>What a batch is made of.</summary>
    public BatchPiece[] Pieces { get; } = [];

    /// <summary>Whether what is not sent stays stored.</summary>
    public bool IsStored => Origins is [{ Place: not null }, ..];

    /// <summary>It could not be stored while it was on its way, and its sender knows that: it is tried no more.</summary>
    public bool IsRefused => Origins is [{ Place.IsRefused: true }];

    /// <summary>Somebody sees it through by now, or merges it with others.</summary>
    public bool IsTaken { get; set; }

    /// <summary>Ends what is done for a caller that waits for the outcome, and for nobody else.</summary>
    public CancellationToken CallerGone { get; set; }

    /// <summary>Nobody waits any more who has to be waited for.</summary>
    public bool IsWithdrawn => CallerGone.IsCancellationRequested;

    /// <summary>Whether callers wait for the outcome.</summary>
    public bool IsAwaited => Origins is [{ Caller: not null }, ..];

    /// <summary>Sent to the backend of <see cref="Slot"/> from here, since the grain of that slot takes nothing more.</summary>
    public bool BypassesOwner { get; set; }

    /// <summary>The queue moves, and nobody has taken this one.</summary>
    public bool StaysHere { get; set; }

    /// <summary>Delivered, dropped or handed on: the payload is not ours any more.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>The message for another grain.</summary>
    public ExportPart ToMessage() => new() { Signal = Signal, ItemCount = Items, Payload = Payload, PlainLength = PlainLength, AwaitsDelivery = IsAwaited };

    /// <summary>What the caller waits for that hears of the outcome.</summary>
    /// <param name="patience">How long the caller waits; zero: for as long as it takes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="gone">The caller has gone.</param>
    public Task<EnqueueOutcome> Await(TimeSpan patience, TimeProvider time, CancellationToken gone)
    {
        CallerGone = gone;
        if (patience > TimeSpan.Zero)
            (_patience, _accepted) = (patience, time.GetTimestamp());
        var caller = new TaskCompletionSource<EnqueueOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        TakeOrigin().Caller = caller;
        return caller.Task;
    }

    /// <summary>Goes on for the caller of the part that it is a piece of.</summary>
    public QueuedPart For(QueuedPart whole)
    {
        (CallerGone, _patience, _accepted) = (whole.CallerGone, whole._patience, whole._accepted);
        return this;
    }

    /// <summary>How long the caller will still wait; infinite when it does not, or for as long as it takes.</summary>
    public TimeSpan PatienceLeft(TimeProvider time) => _patience is { } patience ? patience - time.GetElapsedTime(_accepted) : Timeout.InfiniteTimeSpan;

    /// <summary>Whether nobody waits any more who did.</summary>
    public bool HasExpired(TimeProvider time) => _patience is not null && PatienceLeft(time) <= TimeSpan.Zero;

    /// <summary>The one origin of a part that is no batch; from now on it has the part's room.</summary>
    public PartOrigin TakeOrigin()
    {
        if (Origins.Length == 0)
            Origins = [new PartOrigin()];
        var origin = Origins[0];
        origin.Room += Room;
        Room = 0;
        return origin;
    }

    /// <summary>One more share of each origin.</summary>
    public PartOrigin[] ShareOrigins()
    {
        foreach (var origin in Origins)
            origin.Share();
        return Origins;
    }

    /// <summary>Puts another coding of the same request in the payload's place.</summary>
    public void Recode(Payload coded)
    {
        Payload.Release();
        Payload = coded;
    }

    /// <summary>Starts the clock of the retries at the first attempt; a new backend is given its own chance.</summary>
    /// <returns>Whether this is a further attempt.</returns>
    public bool BeginAttempt(string backend, RetryOptions retry, TimeProvider time)
    {
        bool repeated = _backend is not null;
        if (_backend != backend)
        {
            _backend = backend;
            _firstAttempt = time.GetTimestamp();
            _retries = new RetrySchedule(retry, Random.Shared.NextDouble);
        }

        return repeated;
    }

    /// <summary>The delay before the next attempt; null to give up.</summary>
    public TimeSpan? NextRetry(TimeSpan? hint, TimeProvider time) =>
        _retries?.Next(time.GetElapsedTime(_firstAttempt), hint) is { } delay && (_patience is null || delay < PatienceLeft(time)) ? delay : null;

    /// <summary>The delay before the part is offered to its owner again.</summary>
    public TimeSpan NextHandOver() =>
        (_handOvers ??= new RetrySchedule(HandOver, Random.Shared.NextDouble)).Next(TimeSpan.Zero, null) ?? HandOver.MaxInterval;

    /// <summary>Lets the payload go.</summary>
    public void Finish()
    {
        IsFinished = true;
        Payload.Release();
    }
}
