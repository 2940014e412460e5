using System.Runtime.CompilerServices;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The trace ID of a log record.</summary>
internal readonly struct LogRecordTraceId : ITraceIdField
{
    public static uint Tag => OtlpTags.LogRecordTraceId;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint FindUsual(ref byte origin, nint start, nint end)
    {
        nint attributes = UsualLogRecord.SkipToAttributes(ref origin, start);
        if (attributes == start)
            return FindDescending(ref origin, start, end);
        nint id = UsualLogRecord.SkipToTraceId(ref origin, UsualFields.Texts(ref origin, attributes, end, OtlpTags.LogRecordAttributesNumber));
        nint position = UsualFields.Bytes(ref origin, id, Tag >> 3, UsualFields.TraceIdLength);
        return position != id && UsualLogRecord.SkipRest(ref origin, position) == end ? id + 2 : -1;
    }

    private static nint FindDescending(ref byte origin, nint start, nint end)
    {
        nint id = UsualLogRecord.SkipDownToTraceId(ref origin, start);
        nint position = UsualFields.Bytes(ref origin, id, Tag >> 3, UsualFields.TraceIdLength);
        if (position == id)
            return -1;
        position = UsualFields.Fixed32(ref origin, position, OtlpTags.LogFlagsNumber);
        position = UsualFields.Texts(ref origin, position, end, OtlpTags.LogRecordAttributesNumber);
        return UsualLogRecord.SkipDownToEnd(ref origin, position) == end ? id + 2 : -1;
    }
}
