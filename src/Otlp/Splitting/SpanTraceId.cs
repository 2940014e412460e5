using System.Runtime.CompilerServices;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The trace ID of a span, and what stands around it.</summary>
internal readonly struct SpanTraceId : ITraceIdField
{
    // tag and length; the parent's ID of a root is empty if it is there
    private const uint TraceId = OtlpTags.SpanTraceId | (ItemFields.TraceIdLength << 8);
    private const uint SpanId = (OtlpTags.SpanIdNumber << 3) | WireType.LengthDelimited | (ItemFields.SpanIdLength << 8);
    private const uint NoParent = (OtlpTags.SpanParentIdNumber << 3) | WireType.LengthDelimited;
    private const uint ParentId = NoParent | (ItemFields.SpanIdLength << 8);
    private const uint NameTag = (OtlpTags.SpanNameNumber << 3) | WireType.LengthDelimited;

    private const int TraceIdField = 2 + ItemFields.TraceIdLength;
    private const int SpanIdField = 2 + ItemFields.SpanIdLength;
    private const int Ids = TraceIdField + SpanIdField + SpanIdField;

    public static uint Tag => OtlpTags.SpanTraceId;

    public static ulong Plain => ItemFields.PlainOfSpan;

    public static uint TypeOf(uint number) => ItemFields.TypeInSpan(number);

    public static int IdLengthOf(uint number) => ItemFields.IdInSpan(number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSpanId(uint head) => head is SpanId or ParentId;

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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasUsualIds(ref byte origin, nint start, nint end)
    {
        if (end - start < Ids)
            return false;
        if (FieldHead.Load(ref origin, start) != TraceId || FieldHead.Load(ref origin, start + TraceIdField) != SpanId)
            return HasIdsAtEnd(ref origin, end);

        // a root has a name next; what stands between the two is rare enough to be looked at
        uint next = FieldHead.Load(ref origin, start + TraceIdField + SpanIdField);
        return next == ParentId || (next & 0xFF) == NameTag;
    }

    // there are no such spans
    public static bool IsUsualWithoutIds(ref byte origin, nint start, nint end) => false;

    // as the Collector writes it
    private static bool HasIdsAtEnd(ref byte origin, nint end) =>
        FieldHead.Load(ref origin, end - TraceIdField) == TraceId
        && FieldHead.Load(ref origin, end - TraceIdField - SpanIdField) == SpanId
        && (FieldHead.Load(ref origin, end - Ids) == ParentId || FieldHead.Load(ref origin, end - TraceIdField - SpanIdField - 2) == NoParent);

    private static nint FindDescending(ref byte origin, nint start, nint end)
    {
        nint position = UsualSpan.SkipDownToAttributes(ref origin, start);
        position = UsualFields.Texts(ref origin, position, end, OtlpTags.SpanAttributesNumber);
        nint id = UsualSpan.SkipDownToTraceId(ref origin, position);
        position = UsualFields.Bytes(ref origin, id, Tag >> 3, UsualFields.TraceIdLength);
        return position == end && position != id ? id + 2 : -1;
    }
}
