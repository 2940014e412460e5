using System.Runtime.CompilerServices;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The trace ID of a span.</summary>
internal readonly struct SpanTraceId : ITraceIdField
{
    public static uint Tag => OtlpTags.SpanTraceId;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint FindUsual(ref byte origin, nint start, nint end)
    {
        nint position = UsualFields.Bytes(ref origin, start, Tag >> 3, UsualFields.TraceIdLength);
        if (position == start)
            return FindDescending(ref origin, start, end);
        position = UsualSpan.SkipToAttributes(ref origin, position);
        position = UsualFields.Texts(ref origin, position, end, OtlpTags.SpanAttributesNumber);
        position = UsualSpan.SkipRest(ref origin, position);
        return position == end ? start + 2 : -1;
    }

    private static nint FindDescending(ref byte origin, nint start, nint end)
    {
        nint position = UsualSpan.SkipDownToAttributes(ref origin, start);
        position = UsualFields.Texts(ref origin, position, end, OtlpTags.SpanAttributesNumber);
        nint id = UsualSpan.SkipDownToTraceId(ref origin, position);
        position = UsualFields.Bytes(ref origin, id, Tag >> 3, UsualFields.TraceIdLength);
        return position == end && position != id ? id + 2 : -1;
    }
}
