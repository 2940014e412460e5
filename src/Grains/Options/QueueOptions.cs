namespace OrleansLb.Grains.Options;

/// <summary>The queue of one ring slot, or of one signal of an exporter.</summary>
public sealed record QueueOptions
{
    /// <summary>Off: a part is sent while its sender waits for the outcome.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>How many of the queue's parts are on their way at the same time.</summary>
    public int Consumers { get; init; } = 10;

    /// <summary>How much the queue holds in units of <see cref="Sizer"/>, what is on its way included.</summary>
    public long Size { get; init; } = 1000;

    /// <summary>In what <see cref="Size"/> is counted.</summary>
    public QueueSizer Sizer { get; init; }

    /// <summary>When the queue is full: wait for room instead of refusing.</summary>
    public bool BlockOnOverflow { get; init; }

    /// <summary>
    /// The store that parts are written to before they count as accepted, unless they are delivered before, by the name of its <c>IGrainStorage</c>; null: the
    /// queue is in memory. Goes with <see cref="Enabled"/> only.
    /// </summary>
    public string? Storage { get; init; }

    /// <summary>
    /// How long a part may be on its way before it is stored: what is delivered within this time needs no store. Its sender waits for the one or the other. Zero: all parts
    /// are stored first and sent then.
    /// </summary>
    public TimeSpan StoreAfter { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Whoever hands a part over hears what became of it, and not only that it was accepted.</summary>
    public bool WaitForResult { get; init; }

    /// <summary>How parts are merged before they are sent; null: each is sent as it came.</summary>
    public BatchOptions? Batch { get; init; }
}
