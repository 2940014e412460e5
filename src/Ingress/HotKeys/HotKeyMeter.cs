using OrleansLb.Grains.Routing;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Ingress.HotKeys;

/// <summary>
/// Finds the hot keys of one exporter. Each request is sampled by chance, so that nothing that comes in a rhythm is seen always or never;
/// for the others the cost is one random number. Safe for concurrent use.
/// </summary>
/// <param name="componentId">The exporter.</param>
/// <param name="split">What decides an item's key.</param>
/// <param name="oneIn">One request in so many is sampled.</param>
internal sealed class HotKeyMeter(string componentId, SplitOptions split, int oneIn = HotKeyMeter.DefaultOneIn)
{
    /// <summary>
    /// A sampled request is split twice, and each distinct key in it costs some 300 ns: with one in 64, less than 1 ns per item on average, and 5 ns
    /// when every item has a key of its own (of 800 ns and more that a span costs in all).
    /// </summary>
    public const int DefaultOneIn = 64;

    /// <summary>How many keys a report names.</summary>
    public const int Reported = 20;

    /// <summary>The keys that the sketch keeps: about 100 KiB per exporter, texts included.</summary>
    public const int Capacity = 512;

    private readonly HeavyHitters _sketch = new(Capacity);
    private readonly Lock _gate = new();
    private volatile KeyCensus? _spare;
    private long _requests;
    private long _unattributed;

    /// <summary>Looks at a request, or not.</summary>
    public void Observe(Signal signal, ReadOnlySpan<byte> request, RoutingTable table)
    {
        if (oneIn == 1 || Random.Shared.Next(oneIn) == 0)
            Sample(signal, request, table);
    }

    /// <summary>
    /// What has been seen so far. A key whose estimate may be half error is left out, since it cannot be told from what came and went; that can
    /// only happen to keys below 2/<see cref="Capacity"/> of the items.
    /// </summary>
    public HotKeyReport Report()
    {
        lock (_gate)
        {
            long total = _sketch.Total + _unattributed;
            var largest = new PriorityQueue<int, long>();
            var entries = _sketch.Entries;
            for (int i = 0; i < entries.Length; i++)
            {
                if (entries[i].Error * 2 > entries[i].Items)
                    continue;
                largest.Enqueue(i, entries[i].Items);
                if (largest.Count > Reported)
                    largest.Dequeue();
            }

            var keys = new HotKey[largest.Count];
            for (int rank = keys.Length - 1; rank >= 0; rank--)
            {
                int index = largest.Dequeue();
                var entry = entries[index];
                keys[rank] = new HotKey(
                    _sketch.TextOf(index).ToArray(), entry.Length, entry.Items * oneIn, entry.Error * oneIn, (double)entry.Items / total, entry.Slot, entry.Backend);
            }

            return new HotKeyReport(componentId, oneIn, _requests, total, _unattributed, keys);
        }
    }

    private void Sample(Signal signal, ReadOnlySpan<byte> request, RoutingTable table)
    {
        var census = Interlocked.Exchange(ref _spare, null) ?? new KeyCensus();
        if (census.TryCount(signal, split, request, table))
        {
            lock (_gate)
            {
                _requests++;
                _unattributed += census.AddTo(_sketch);
            }
        }

        if (census.IsReusable)
            _spare = census;
    }
}
