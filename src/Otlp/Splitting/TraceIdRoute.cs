using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>From an item's trace ID to its ring slot: which bytes the router is asked with.</summary>
internal readonly struct TraceIdRoute(Signal signal, IdentifierDialect dialect, IKeyRouter router, IdentifierBuffer buffer)
{
    private const int IdLength = 16;
    private const int RandomLength = 4;

    /// <summary>The slot of an item.</summary>
    /// <param name="id">The trace ID as it came, of any length.</param>
    /// <param name="repeatable">False when the next item with the same ID goes its own way.</param>
    public int SlotOf(scoped ReadOnlySpan<byte> id, out bool repeatable)
    {
        repeatable = true;
        if (signal == Signal.Traces)
            return router.SlotOf(id.IsEmpty ? stackalloc byte[IdLength] : id);

        Span<byte> random = stackalloc byte[IdLength];
        if (!id.ContainsAnyExcept((byte)0))
        {
            // Records that belong to no trace would all meet at one backend; the Collector spreads them like this.
            random.Clear();
            Random.Shared.NextBytes(random[..RandomLength]);
            id = random;
            repeatable = false;
        }

        return router.SlotOf(dialect == IdentifierDialect.Collector ? buffer.Clear().AppendHex(id).Written : id);
    }
}
