using OrleansLb.Otlp.Identity;

namespace OrleansLb.Otlp.Splitting;

/// <summary>From an item's trace ID to its ring slot: which bytes the router is asked with.</summary>
internal readonly struct TraceIdRoute(Signal signal, IdentifierDialect dialect, IKeyRouter router, IdentifierBuffer buffer)
{
    private const int IdLength = 16;
    private const int RandomLength = 4;

    private static ReadOnlySpan<byte> ZeroId => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>The slot of an item.</summary>
    /// <param name="id">The trace ID as it came, of any length.</param>
    /// <param name="repeatable">False when the next item with the same ID goes its own way.</param>
    public int SlotOf(scoped ReadOnlySpan<byte> id, out bool repeatable)
    {
        repeatable = true;
        if (signal == Signal.Traces)
            return router.SlotOf(id.IsEmpty ? ZeroId : id);
        if (id.ContainsAnyExcept((byte)0))
            return SlotOfRecord(id);

        repeatable = false;
        return SlotOfStrayRecord();
    }

    private int SlotOfRecord(scoped ReadOnlySpan<byte> id) =>
        router.SlotOf(dialect == IdentifierDialect.Collector ? buffer.Clear().AppendHex(id).Written : id);

    /// <summary>Records that belong to no trace would all meet at one backend; the Collector spreads them like this.</summary>
    private int SlotOfStrayRecord()
    {
        Span<byte> random = stackalloc byte[IdLength];
        random.Clear();
        Random.Shared.NextBytes(random[..RandomLength]);
        return SlotOfRecord(random);
    }
}
