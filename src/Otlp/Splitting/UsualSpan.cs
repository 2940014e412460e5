using System.Runtime.CompilerServices;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>What nearly every span has around its attributes, in the order of SDKs and in that of the Collector, which writes a message from its end on.</summary>
internal static class UsualSpan
{
    private const int IdLength = 8;

    /// <summary>Ascending, from behind the trace ID to the attributes: ID, parent's ID, name, kind, times.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint SkipToAttributes(ref byte origin, nint position)
    {
        position = UsualFields.Bytes(ref origin, position, OtlpTags.SpanIdNumber, IdLength);
        position = UsualFields.Bytes(ref origin, position, OtlpTags.SpanParentIdNumber, IdLength);
        position = UsualFields.Text(ref origin, position, OtlpTags.SpanNameNumber);
        position = UsualFields.Number(ref origin, position, OtlpTags.SpanKindNumber);
        position = UsualFields.Fixed64(ref origin, position, OtlpTags.SpanStartNumber);
        return UsualFields.Fixed64(ref origin, position, OtlpTags.SpanEndNumber);
    }

    /// <summary>Ascending, what may follow the attributes: status and flags.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint SkipRest(ref byte origin, nint position) =>
        UsualFields.SpanFlags(ref origin, UsualFields.Text(ref origin, position, OtlpTags.SpanStatusNumber));

    /// <summary>Descending, what may stand before the attributes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint SkipDownToAttributes(ref byte origin, nint position) =>
        UsualFields.Text(ref origin, UsualFields.SpanFlags(ref origin, position), OtlpTags.SpanStatusNumber);

    /// <summary>Descending, from behind the attributes to the trace ID.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint SkipDownToTraceId(ref byte origin, nint position)
    {
        position = UsualFields.Fixed64(ref origin, position, OtlpTags.SpanEndNumber);
        position = UsualFields.Fixed64(ref origin, position, OtlpTags.SpanStartNumber);
        position = UsualFields.Number(ref origin, position, OtlpTags.SpanKindNumber);
        position = UsualFields.Text(ref origin, position, OtlpTags.SpanNameNumber);

        // a root has an empty one
        position = UsualFields.Text(ref origin, position, OtlpTags.SpanParentIdNumber);
        return UsualFields.Bytes(ref origin, position, OtlpTags.SpanIdNumber, IdLength);
    }
}
