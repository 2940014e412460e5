using System.Runtime.CompilerServices;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The trace ID of a log record, and what stands around it.</summary>
internal readonly struct LogRecordTraceId : ITraceIdField
{
    // tag and length; a record of no trace has empty ones, or none
    private const uint NoTraceId = OtlpTags.LogRecordTraceId;
    private const uint TraceId = NoTraceId | (ItemFields.TraceIdLength << 8);
    private const uint NoSpanId = (OtlpTags.LogSpanIdNumber << 3) | WireType.LengthDelimited;
    private const uint SpanId = NoSpanId | (ItemFields.SpanIdLength << 8);
    private const uint ObservedTime = (OtlpTags.LogObservedTimeNumber << 3) | WireType.Fixed64;

    private const int SpanIdField = 2 + ItemFields.SpanIdLength;
    private const int Ids = 2 + ItemFields.TraceIdLength + SpanIdField;
    private const int ObservedTimeField = 1 + sizeof(ulong);

    public static uint Tag => OtlpTags.LogRecordTraceId;

    public static ulong Plain => ItemFields.PlainOfLogRecord;

    public static uint TypeOf(uint number) => ItemFields.TypeInLogRecord(number);

    public static int IdLengthOf(uint number) => ItemFields.IdInLogRecord(number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSpanId(uint head) => head == SpanId;

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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasUsualIds(ref byte origin, nint start, nint end)
    {
        if (end - start < Ids + ObservedTimeField)
            return false;
        nint ids = end - (Unsafe.Add(ref origin, end - ObservedTimeField) == ObservedTime ? ObservedTimeField : 0) - Ids;
        return (FieldHead.Load(ref origin, ids) == TraceId && FieldHead.Load(ref origin, ids + Ids - SpanIdField) == SpanId)
            || HasIdsAtStart(ref origin, start);
    }

    public static bool IsUsualWithoutIds(ref byte origin, nint start, nint end)
    {
        nint position = UsualLogRecord.SkipToAttributes(ref origin, start);
        position = UsualFields.Texts(ref origin, position, end, OtlpTags.LogRecordAttributesNumber);
        return UsualLogRecord.SkipRest(ref origin, UsualLogRecord.SkipToTraceId(ref origin, position)) == end;
    }

    // as the Collector writes it
    private static bool HasIdsAtStart(ref byte origin, nint start)
    {
        nint ids = UsualFields.Fixed64(ref origin, start, OtlpTags.LogObservedTimeNumber);
        return FieldHead.Load(ref origin, ids) switch
        {
            SpanId => FieldHead.Load(ref origin, ids + SpanIdField) == TraceId,
            NoSpanId => FieldHead.Load(ref origin, ids + 2) == NoTraceId,
            _ => false,
        };
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
