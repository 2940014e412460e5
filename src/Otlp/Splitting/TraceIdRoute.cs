using System.Runtime.InteropServices;
using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>From an item's trace ID to its ring slot: which bytes the router is asked with.</summary>
internal readonly struct TraceIdRoute(Signal signal, IdentifierDialect dialect, IKeyRouter router, IdentifierBuffer buffer)
{
    private const int RandomLength = 4;

    private static ReadOnlySpan<byte> ZeroId => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>The slot of an item.</summary>
    /// <param name="id">The trace ID as it came, of any length.</param>
    /// <param name="isMissing">The ID is absent or all zeros; then the next record without one goes its own way.</param>
    public int SlotOf(scoped ReadOnlySpan<byte> id, out bool isMissing)
    {
        isMissing = IsZero(id);
        if (signal == Signal.Traces)
            return router.SlotOf(id.IsEmpty ? ZeroId : id);
        return isMissing ? SlotOfStrayRecord() : SlotOfRecord(id);
    }

    private static bool IsZero(scoped ReadOnlySpan<byte> id) =>
        id.Length == UsualFields.TraceIdLength ? MemoryMarshal.Read<UInt128>(id) == UInt128.Zero : !id.ContainsAnyExcept((byte)0);

    private int SlotOfRecord(scoped ReadOnlySpan<byte> id) =>
        router.SlotOf(dialect == IdentifierDialect.Collector ? buffer.Clear().AppendHex(id).Written : id);

    /// <summary>Records that belong to no trace would all meet at one backend; the Collector spreads them like this.</summary>
    private int SlotOfStrayRecord()
    {
        Span<byte> random = stackalloc byte[UsualFields.TraceIdLength];
        random.Clear();
        Random.Shared.NextBytes(random[..RandomLength]);
        return SlotOfRecord(random);
    }
}
