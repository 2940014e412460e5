using OrleansLb.Otlp.Splitting;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Silo.Sink;

/// <summary>Notes the trace ID of every span of a request.</summary>
internal static class TraceIdWalk
{
    private const int TraceIdLength = 16;

    /// <summary>From the request to its spans.</summary>
    private static ReadOnlySpan<uint> Path => [OtlpTags.ResourceEntries, OtlpTags.ScopeEntries, OtlpTags.Items];

    /// <summary>False when a span is malformed. The caller holds the ledger's gate.</summary>
    public static bool TryAdd(ReadOnlySpan<byte> request, TraceLedger ledger, out WireError error)
    {
        error = default;
        return TryWalk(request, 0, request.Length, Path, ledger, ref error);
    }

    private static bool TryWalk(
        ReadOnlySpan<byte> request, int position, int end, ReadOnlySpan<uint> path, TraceLedger ledger, ref WireError error)
    {
        while (position < end)
        {
            if (!WireReader.TryRead(request, position, end, out var field, ref error))
                return false;
            if (field.Tag == path[0])
            {
                bool wellFormed = path.Length == 1
                    ? TryAddSpan(request, field, ledger, ref error)
                    : TryWalk(request, field.ValueStart, field.End, path[1..], ledger, ref error);
                if (!wellFormed)
                    return false;
            }

            position = field.End;
        }

        return true;
    }

    private static bool TryAddSpan(ReadOnlySpan<byte> request, WireField span, TraceLedger ledger, ref WireError error)
    {
        if (!ItemTraceId.TryFind<SpanTraceId>(request, span.ValueStart, span.End, out int idStart, out int idLength, ref error))
            return false;
        if (idLength == TraceIdLength)
            ledger.Add(request.Slice(idStart, idLength));
        return true;
    }
}
