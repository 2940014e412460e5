using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Grains.Dealing;

/// <summary>
/// The parts of one dealt request. The list holds one reference to each payload and releases them all when it is disposed,
/// once, after which it must not be touched: it serves another request. Not safe for concurrent use.
/// </summary>
public sealed class DealtParts : IDisposable
{
    // a list that once held more than this is left to the garbage collector
    private const int LargestSpare = 1024;

    [ThreadStatic]
    private static DealtParts? t_spare;

    private DealtPart[] _parts = new DealtPart[4];
    private bool _rented;

    private DealtParts()
    {
    }

    /// <summary>How many parts there are; zero when the request held no items.</summary>
    public int Count { get; private set; }

    /// <summary>How many items they hold.</summary>
    public int ItemCount { get; private set; }

    /// <summary>How many of the items have not what they are routed by.</summary>
    public int MissingKeyItems { get; internal set; }

    /// <summary>How many of the items stood in a field of before OTLP 0.15.</summary>
    public int OldItems { get; internal set; }

    /// <summary>A part, in the order of their first items.</summary>
    public DealtPart this[int index]
    {
        get
        {
            ObjectDisposedException.ThrowIf(!_rented, this);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return _parts[index];
        }
    }

    internal static DealtParts Rent()
    {
        var parts = t_spare ?? new DealtParts();
        t_spare = null;
        parts._rented = true;
        return parts;
    }

    /// <summary>
    /// Leaves a part's memory to the garbage collector instead of the pool, because somebody who cannot be asked may still
    /// be reading it: an exporter grain whose answer was lost.
    /// </summary>
    public void Abandon(int index)
    {
        var (slot, part) = this[index];
        part.Payload.Leave();
        _parts[index] = new DealtPart(slot, null!);
    }

    /// <summary>Releases the payloads that were not abandoned.</summary>
    public void Dispose()
    {
        if (!_rented)
            return;

        _rented = false;
        for (int i = 0; i < Count; i++)
            _parts[i].Part?.Payload.Release();
        Array.Clear(_parts, 0, Count);
        Count = 0;
        ItemCount = 0;
        if (_parts.Length <= LargestSpare)
            t_spare = this;
    }

    /// <summary>Takes over the caller's reference to the part's payload.</summary>
    internal void Add(int slot, ExportPart part)
    {
        if (Count == _parts.Length)
            Array.Resize(ref _parts, Count * 2);
        _parts[Count++] = new DealtPart(slot, part);
        ItemCount += part.ItemCount;
    }
}
