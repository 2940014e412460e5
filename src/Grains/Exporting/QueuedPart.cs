using OrleansLb.Grains.Durability;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Exporting;

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
        Slot = slot;
        Since = since;
        DealtBy = dealtBy;
    }

    /// <param name="part">What was taken from the store; its payload is ours now.</param>
    /// <param name="slot">The ring slot whose backend is to get it.</param>
    /// <param name="origin">Where it is stored.</param>
    public QueuedPart(in StoredPart part, int slot, StoredOrigin origin)
    {
        Signal = part.Signal;
        Items = part.Items;
        Payload = part.Payload;
        Slot = slot;
        Since = part.Since;
        Origin = origin;
    }

    public Signal Signal { get; }

    public int Items { get; }

    public int Slot { get; }

    public long? Since { get; }

    public long? DealtBy { get; }

    public Payload Payload { get; private set; }

    /// <summary>The stored part that this one is, or is a piece of; null when it is in memory only.</summary>
    public StoredOrigin? Origin { get; init; }

    /// <summary>Sent to the backend of <see cref="Slot"/> from here, since the grain of that slot takes nothing more.</summary>
    public bool BypassesOwner { get; set; }

    /// <summary>Delivered, dropped or handed on: the payload is not ours any more.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>The message for another grain.</summary>
    public ExportPart ToMessage() => new() { Signal = Signal, ItemCount = Items, Payload = Payload };

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
    public TimeSpan? NextRetry(TimeSpan? hint, TimeProvider time) => _retries?.Next(time.GetElapsedTime(_firstAttempt), hint);

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
