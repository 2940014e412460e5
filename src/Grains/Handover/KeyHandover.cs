using OrleansLb.Grains.Routing;

namespace OrleansLb.Grains.Handover;

/// <summary>
/// Remembers which keys one exporter's router has seen lately, so that after a change of the ring those of moved partitions can stay with
/// their old owners until the window ends. The record is a row of at most <see cref="MostGenerations"/> filters of equal size, each for a time in which
/// nothing moved; it belongs to this process and knows only what came through here.
/// </summary>
/// <remarks>
/// The first generation that knows a key decides. A key is noted only where the table of that time sent it, so one that is kept does not pass for
/// a key of the new owner when the partition moves again. With each of its moves the window of a partition begins anew: whatever moves meanwhile, no key that was seen
/// before the last move changes its owner while that lives. Who is gone (left, seat vacant or taken by another) is struck out for good.
/// </remarks>
public sealed partial class KeyHandover
{
    /// <summary>How many filters share the memory. Two are in use when nothing moves.</summary>
    public const int MostGenerations = 8;

    private const int MostWords = 1 << 16;

    private readonly TimeProvider _time;
    private readonly long _window;
    private readonly long _memory;
    private readonly Lock _gate = new();
    private readonly HandoverCounts _counts = new();
    private volatile HandoverRouter? _router;

    // what follows belongs to the holder of the gate; the last generation takes notes
    private readonly List<KeyGeneration> _generations = [];
    private PositionSet _moving = new(0);
    private long[] _until = [];
    private long _firstEnd = long.MaxValue;

    /// <param name="window">How long keys stay; also how far back keys count as seen lately. Not zero.</param>
    /// <param name="memory">Bytes that the record may take.</param>
    /// <param name="time">Measures the window.</param>
    public KeyHandover(TimeSpan window, long memory, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(window, TimeSpan.Zero);
        _time = time;
        _window = (long)(window.TotalSeconds * time.TimestampFrequency);
        _memory = memory;
    }

    /// <summary>How often a key of a request stayed with its old owner.</summary>
    public long KeptKeys => _counts.KeptKeys;

    /// <summary>Partitions whose hand-over ended before its window, since there was no memory for so many changes.</summary>
    public long CutShort => _counts.CutShort;

    /// <summary>Partitions (on a Collector ring: positions) under hand-over now.</summary>
    public int Partitions => _router is { } router ? RouterFor(router.Table).Moving : 0;

    /// <summary>
    /// What a request is to be routed by. Its table is the newest, or for the few milliseconds in which another request takes a change in,
    /// the one before: nobody waits.
    /// </summary>
    /// <param name="newest">The newest table, not an empty one.</param>
    public HandoverRouter RouterFor(RoutingTable newest)
    {
        var router = _router;
        return router is not null && ReferenceEquals(router.Table, newest) && !router.IsDue(_time.GetTimestamp())
            ? router
            : Renew(newest, router);
    }

    /// <summary>How many filters there are.</summary>
    internal int Generations
    {
        get
        {
            lock (_gate)
                return _generations.Count;
        }
    }

    private HandoverRouter Renew(RoutingTable newest, HandoverRouter? known)
    {
        ArgumentNullException.ThrowIfNull(newest);
        if (known is null)
            _gate.Enter();
        else if (!_gate.TryEnter())
            return known;

        try
        {
            return _router = Advance(newest, _router?.Table, _time.GetTimestamp());
        }
        finally
        {
            _gate.Exit();
        }
    }
}
