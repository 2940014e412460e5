using System.Runtime.CompilerServices;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>What nearly every log record has around its attributes, in the order of SDKs and in that of the Collector, which writes a message from its end on.</summary>
internal static class UsualLogRecord
{
    private const int SpanIdLength = 8;

    /// <summary>Ascending: time, severity and body.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint SkipToAttributes(ref byte origin, nint position)
    {
        position = SkipToSeverity(ref origin, position);
        position = SkipSeverity(ref origin, position);
        return SkipBody(ref origin, position);
    }

    /// <summary>Ascending, to the severity's text: the time, the severity's number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint SkipToSeverity(ref byte origin, nint position)
    {
        position = UsualFields.Fixed64(ref origin, position, OtlpTags.LogTimeNumber);
        return UsualFields.Number(ref origin, position, OtlpTags.SeverityNumber);
    }

    /// <summary>The severity's text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint SkipSeverity(ref byte origin, nint position) => UsualFields.Text(ref origin, position, OtlpTags.SeverityTextNumber);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint SkipBody(ref byte origin, nint position) => UsualFields.Text(ref origin, position, OtlpTags.BodyNumber);

    /// <summary>Ascending, from behind the attributes to the trace ID.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint SkipToTraceId(ref byte origin, nint position) => UsualFields.Fixed32(ref origin, position, OtlpTags.LogFlagsNumber);

    /// <summary>Ascending, from behind the trace ID to the end: the span's ID, the time of observation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint SkipRest(ref byte origin, nint position)
    {
        position = UsualFields.Bytes(ref origin, position, OtlpTags.LogSpanIdNumber, SpanIdLength);
        return UsualFields.Fixed64(ref origin, position, OtlpTags.LogObservedTimeNumber);
    }

    /// <summary>Descending: the time of observation, the span's ID.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint SkipDownToTraceId(ref byte origin, nint position)
    {
        position = UsualFields.Fixed64(ref origin, position, OtlpTags.LogObservedTimeNumber);
        return UsualFields.BytesOrNone(ref origin, position, OtlpTags.LogSpanIdNumber, SpanIdLength);
    }

    /// <summary>Descending, from behind the attributes to the end: body, severity and time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint SkipDownToEnd(ref byte origin, nint position)
    {
        position = SkipBody(ref origin, position);
        position = SkipSeverity(ref origin, position);
        return SkipDownFromSeverity(ref origin, position);
    }

    /// <summary>Descending, from behind the severity's text to the end: its number, the time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint SkipDownFromSeverity(ref byte origin, nint position)
    {
        position = UsualFields.Number(ref origin, position, OtlpTags.SeverityNumber);
        return UsualFields.Fixed64(ref origin, position, OtlpTags.LogTimeNumber);
    }
}
