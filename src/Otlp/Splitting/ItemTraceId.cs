using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>Finds the trace ID of a span or log record, and refuses an item with a field that no decoder takes.</summary>
internal static class ItemTraceId
{
    // Tag and length of a field in one little-endian load: the continuation bits of both and the wire type tell the short forms.
    private const uint ShortForm = 0x8087;
    private const uint LongLength = 0x8000 | WireType.LengthDelimited;
    private const uint OneByteTag = 0x0087;
    private const int Fixed64Field = 1 + sizeof(ulong);
    private const int Fixed32Field = 1 + sizeof(uint);
    private const int SpanIdField = 2 + ItemFields.SpanIdLength;

    /// <summary>Walks all fields of an item, because the last of several trace IDs counts; an item without one yields no bytes.</summary>
    /// <typeparam name="TField">Which field it is.</typeparam>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryFind<TField>(
        ReadOnlySpan<byte> request, int start, int end, out int idStart, out int idLength, ref WireError error)
        where TField : struct, ITraceIdField
    {
        idStart = 0;
        idLength = 0;
        var item = request[..end];
        nint position = start;
        while (true)
        {
            if (IsUsualId<TField>(item, position))
            {
                idStart = (int)position + 2;
                idLength = UsualFields.TraceIdLength;
                position += 2 + UsualFields.TraceIdLength;
            }

            position = SkipShortFields<TField>(item, position);
            if (position >= end)
                return true;
            if (IsUsualId<TField>(item, position))
                continue;
            if (!WireReader.TryRead(request, (int)position, end, out var field, ref error))
                return false;
            if (!IsValid<TField>((int)position, field, ref error))
                return false;
            if (field.Tag == TField.Tag)
            {
                idStart = field.ValueStart;
                idLength = field.End - field.ValueStart;
            }

            position = field.End;
        }
    }

    /// <summary>Looks at an item that is not routed by its trace ID.</summary>
    /// <param name="check">How much of it.</param>
    /// <param name="signal">Whether it is a span or a log record.</param>
    /// <param name="request">The request.</param>
    /// <param name="start">Where the item's fields begin.</param>
    /// <param name="end">Where they end.</param>
    /// <param name="error">What is wrong with the bytes, when the answer is false.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCheck(ItemCheck check, Signal signal, ReadOnlySpan<byte> request, int start, int end, ref WireError error) => signal == Signal.Traces
        ? TryCheck<SpanTraceId>(check, request, start, end, ref error)
        : TryCheck<LogRecordTraceId>(check, request, start, end, ref error);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryCheck<TField>(ItemCheck check, ReadOnlySpan<byte> request, int start, int end, ref WireError error)
        where TField : struct, ITraceIdField
    {
        ref byte origin = ref MemoryMarshal.GetReference(request);
        return check switch
        {
            ItemCheck.None => true,
            ItemCheck.Ids => TField.HasUsualIds(ref origin, start, end),
            _ => end <= request.Length - UsualFields.Margin && TField.FindUsual(ref origin, start, end) >= 0,
        } || IsUsualWithoutIds<TField>(request, start, end) || TryFind<TField>(request, start, end, out _, out _, ref error);
    }

    private static bool IsUsualWithoutIds<TField>(ReadOnlySpan<byte> request, int start, int end)
        where TField : struct, ITraceIdField =>
        end <= request.Length - UsualFields.Margin && TField.IsUsualWithoutIds(ref MemoryMarshal.GetReference(request), start, end);

    private static bool IsValid<TField>(int position, in WireField field, ref WireError error)
        where TField : struct, ITraceIdField
    {
        uint type = TField.TypeOf(field.Number);
        if (type != field.Type && type != ItemFields.Any)
            return WireReader.WrongType(position, ref error);
        int length = TField.IdLengthOf(field.Number);
        int actual = field.End - field.ValueStart;
        return length == 0 || actual == length || actual == 0 || WireReader.WrongLength(position, actual, length, ref error);
    }

    private static bool IsUsualId<TField>(ReadOnlySpan<byte> item, nint position)
        where TField : struct, ITraceIdField =>
        position <= item.Length - (2 + UsualFields.TraceIdLength)
        && FieldHead.Load(ref MemoryMarshal.GetReference(item), position) == (TField.Tag | (UsualFields.TraceIdLength << 8));

    /// <summary>
    /// Moves over fields that are in short form, complete, of the wire type that they have to be and not the trace ID. An inner loop, for items that are not quite usual: hence native integers, which
    /// need no widening, no check of a load that the loop's bound allows, and one comparison for both the bound and a field that is cut off.
    /// </summary>
    private static nint SkipShortFields<TField>(ReadOnlySpan<byte> item, nint position)
        where TField : struct, ITraceIdField
    {
        ref byte origin = ref MemoryMarshal.GetReference(item);
        nint last = item.Length - 1;
        nint before = position;
        while (position < last)
        {
            uint head = FieldHead.Load(ref origin, position);
            before = position;
            if ((head & ShortForm) == WireType.LengthDelimited && IsPlain<TField>(head))
                position += 2 + (nint)(head >> 8);
            else if ((head & OneByteTag) == WireType.Fixed64 && IsPlain<TField>(head))
                position += Fixed64Field;
            else if ((head & ShortForm) == WireType.Varint && IsPlain<TField>(head))
                position += 2;
            else if (TField.IsSpanId(head))
                position += SpanIdField;
            else if (head == FieldHead.SpanFlags)
                position += FieldHead.SpanFlagsLength;
            else if ((head & OneByteTag) == WireType.Fixed32 && IsPlain<TField>(head))
                position += Fixed32Field;
            else if ((head & ShortForm) == LongLength && IsPlain<TField>(head) && TryReadLength(ref origin, position, last, head, out nint length))
                position += 3 + length;
            else
                return position;
        }

        return position <= item.Length ? position : before;
    }

    // The length of a longer text, in two bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadLength(ref byte origin, nint position, nint last, uint head, out nint length)
    {
        uint high = position + 1 < last ? Unsafe.Add(ref origin, position + 2) : uint.MaxValue;
        length = (nint)(((head >> 8) & 0x7F) | (high << 7));
        return high < 0x80;
    }

    /// <summary>Whether the field is one that we know, of the wire type that it has to be, and no ID.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsPlain<TField>(uint head)
        where TField : struct, ITraceIdField => ((TField.Plain >> (int)((head >> 1) & 0x3C)) & 0xF) == (head & WireType.Mask);
}
