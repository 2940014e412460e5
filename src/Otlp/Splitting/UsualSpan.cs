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
        position = SkipToName(ref origin, position);
        position = SkipName(ref origin, position);
        position = SkipKind(ref origin, position);
        return SkipTimes(ref origin, position);
    }

    /// <summary>Ascending, from behind the trace ID: the span's ID, the parent's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint SkipToName(ref byte origin, nint position)
    {
        position = UsualFields.Bytes(ref origin, position, OtlpTags.SpanIdNumber, IdLength);
        return UsualFields.Bytes(ref origin, position, OtlpTags.SpanParentIdNumber, IdLength);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint SkipName(ref byte origin, nint position) => UsualFields.Text(ref origin, position, OtlpTags.SpanNameNumber);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint SkipKind(ref byte origin, nint position) => UsualFields.Number(ref origin, position, OtlpTags.SpanKindNumber);

    /// <summary>Ascending: start and end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint SkipTimes(ref byte origin, nint position)
    {
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
        position = SkipTimesDown(ref origin, position);
        position = SkipKind(ref origin, position);
        position = SkipName(ref origin, position);
        return SkipDownFromName(ref origin, position);
    }

    /// <summary>Descending: end and start.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint SkipTimesDown(ref byte origin, nint position)
    {
        position = UsualFields.Fixed64(ref origin, position, OtlpTags.SpanEndNumber);
        return UsualFields.Fixed64(ref origin, position, OtlpTags.SpanStartNumber);
    }

    /// <summary>Descending, from behind the name to the trace ID: the parent's ID, the span's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint SkipDownFromName(ref byte origin, nint position)
    {
        position = UsualFields.BytesOrNone(ref origin, position, OtlpTags.SpanParentIdNumber, IdLength);
        return UsualFields.Bytes(ref origin, position, OtlpTags.SpanIdNumber, IdLength);
    }
}
