using OrleansLb.Otlp;

namespace OrleansLb.Silo.Sink;

/// <summary>What one endpoint of the sink has received.</summary>
internal sealed class SinkTally(bool trackTraces)
{
    private readonly TraceLedger? _ledger = trackTraces ? new TraceLedger() : null;
    private readonly long[] _items = new long[3];
    private long _requests;
    private long _refused;
    private long _bytes;

    /// <summary>The trace IDs, when they are tracked.</summary>
    public TraceLedger? Traces => _ledger;

    /// <summary>Counts a request in; false when it is no OTLP request.</summary>
    /// <param name="signal">The signal of the service that was called.</param>
    /// <param name="request">The message, uncompressed.</param>
    /// <param name="wireBytes">Its length as it came.</param>
    public bool TryAdd(Signal signal, ReadOnlySpan<byte> request, int wireBytes)
    {
        if (!TryCount(signal, request, out int items))
        {
            Refuse();
            return false;
        }
        Interlocked.Add(ref _items[(int)signal], items);
        Interlocked.Increment(ref _requests);
        Interlocked.Add(ref _bytes, wireBytes);
        return true;
    }

    /// <summary>Counts a request that was answered with an error.</summary>
    public void Refuse() => Interlocked.Increment(ref _refused);

    /// <summary>The counts so far.</summary>
    public SinkCounts Read() => new()
    {
        Spans = Volatile.Read(ref _items[(int)Signal.Traces]),
        LogRecords = Volatile.Read(ref _items[(int)Signal.Logs]),
        DataPoints = Volatile.Read(ref _items[(int)Signal.Metrics]),
        Requests = Volatile.Read(ref _requests),
        Refused = Volatile.Read(ref _refused),
        Bytes = Volatile.Read(ref _bytes),
        Traces = _ledger?.Count ?? 0,
    };

    /// <summary>Back to zero. Requests that are being counted at that moment may count before or after.</summary>
    public void Reset()
    {
        Array.Clear(_items);
        _requests = _refused = _bytes = 0;
        _ledger?.Clear();
    }

    private bool TryCount(Signal signal, ReadOnlySpan<byte> request, out int items)
    {
        if (_ledger is null || signal != Signal.Traces)
            return ItemCount.TryCount(signal, request, null, out items);
        lock (_ledger.Gate)
            return ItemCount.TryCount(signal, request, _ledger, out items);
    }
}
