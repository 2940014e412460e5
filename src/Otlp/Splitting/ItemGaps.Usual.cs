using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The quick way, for items that are written as SDKs or the Collector write them.</summary>
/// <remarks>
/// Spans are walked in rounds. A round goes over all fields that a usual span has, in their order; what else there may be, as events, or in another place, begins another
/// round. That it is a loop has a second use: outside of loops the compiler makes a step without a branch, so that each waits for the one before.
/// </remarks>
internal sealed partial class ItemGaps
{
    // tag and length of key and value each
    private const int PairOverhead = 4;

    // tag and length of an attribute, and of what comes first in it
    private const int PairHead = 4;

    // what remains of such a head is the two tags, if both lengths are short
    private const uint ShortPair = 0x80FF80FF;

    /// <summary>Walks a span or log record for what fills the gaps.</summary>
    /// <param name="request">The request; behind the item, <see cref="UsualFields.Margin"/> bytes can be read.</param>
    /// <param name="start">Where the item's fields begin.</param>
    /// <param name="end">Where they end.</param>
    /// <param name="attributesNumber">The field of its attributes.</param>
    /// <param name="open">A bit for each gap that an attribute may fill; here, for each that remains.</param>
    /// <returns>False when the item is written otherwise: then nothing that was filled counts.</returns>
    private bool TryReadUsual(ReadOnlySpan<byte> request, int start, int end, uint attributesNumber, ref ulong open) => _signal switch
    {
        Signal.Traces => TryReadSpan(request, start, end, ref open),
        Signal.Logs => TryReadRecord(request, start, end, ref open),
        _ => TryReadPoint(request, start, end, attributesNumber, ref open),
    };

    private bool TryReadSpan(ReadOnlySpan<byte> request, nint start, nint end, ref ulong open)
    {
        ref byte origin = ref MemoryMarshal.GetReference(request);
        nint position = UsualFields.Bytes(ref origin, start, OtlpTags.SpanTraceId >> 3, UsualFields.TraceIdLength);
        if (position == start)
            return TryReadSpanDown(request, start, end, ref open);

        while (position < end)
        {
            nint from = position;
            nint name = UsualSpan.SkipToName(ref origin, position);
            nint kind = UsualSpan.SkipName(ref origin, name);
            nint times = UsualSpan.SkipKind(ref origin, kind);
            position = UsualSpan.SkipTimes(ref origin, times);
            if (ScanAll(request, OtlpTags.SpanAttributesNumber, end, ref position, ref open))
                return true;
            position = UsualSpan.SkipRest(ref origin, position);
            TakeText(_nameGap, name, kind);
            TakeKind(_kindGap, kind, times);
            if (!TrySkipOthers(request, OtlpTags.SpanAttributesNumber, from, ref position, end, open))
                return false;
        }

        return position == end;
    }

    private bool TryReadSpanDown(ReadOnlySpan<byte> request, nint start, nint end, ref ulong open)
    {
        ref byte origin = ref MemoryMarshal.GetReference(request);
        nint position = start;
        while (position < end)
        {
            nint from = position;
            position = UsualSpan.SkipDownToAttributes(ref origin, position);
            if (ScanAll(request, OtlpTags.SpanAttributesNumber, end, ref position, ref open))
                return true;
            nint kind = UsualSpan.SkipTimesDown(ref origin, position);
            nint name = UsualSpan.SkipKind(ref origin, kind);
            nint ids = UsualSpan.SkipName(ref origin, name);
            position = UsualSpan.SkipDownFromName(ref origin, ids);
            position = UsualFields.Bytes(ref origin, position, OtlpTags.SpanTraceId >> 3, UsualFields.TraceIdLength);
            TakeKind(_kindGap, kind, name);
            TakeText(_nameGap, name, ids);
            if (!TrySkipOthers(request, OtlpTags.SpanAttributesNumber, from, ref position, end, open))
                return false;
        }

        return position == end;
    }

    private bool TryReadRecord(ReadOnlySpan<byte> request, nint start, nint end, ref ulong open)
    {
        ref byte origin = ref MemoryMarshal.GetReference(request);
        nint severity = UsualLogRecord.SkipToSeverity(ref origin, start);
        nint body = UsualLogRecord.SkipSeverity(ref origin, severity);
        nint attributes = UsualLogRecord.SkipBody(ref origin, body);
        if (attributes == start)
            return TryReadRecordDown(request, start, end, ref open);

        nint position = Scan(request, attributes, end, OtlpTags.LogRecordAttributesNumber, ref open);
        if (open == 0)
        {
            if (_fieldNumbers == 0)
                return true;
            position = UsualFields.Texts(ref origin, position, end, OtlpTags.LogRecordAttributesNumber);
        }

        position = UsualLogRecord.SkipToTraceId(ref origin, position);
        position = UsualFields.Bytes(ref origin, position, OtlpTags.LogRecordTraceId >> 3, UsualFields.TraceIdLength);
        TakeText(_severityGap, severity, body);
        return UsualLogRecord.SkipRest(ref origin, position) == end && TryTakeBody(request, _bodyGap, body, attributes);
    }

    private bool TryReadRecordDown(ReadOnlySpan<byte> request, nint start, nint end, ref ulong open)
    {
        ref byte origin = ref MemoryMarshal.GetReference(request);
        nint position = UsualLogRecord.SkipDownToTraceId(ref origin, start);
        position = UsualFields.Bytes(ref origin, position, OtlpTags.LogRecordTraceId >> 3, UsualFields.TraceIdLength);
        position = UsualFields.Fixed32(ref origin, position, OtlpTags.LogFlagsNumber);
        position = Scan(request, position, end, OtlpTags.LogRecordAttributesNumber, ref open);
        if (open == 0)
        {
            if (_fieldNumbers == 0)
                return true;
            position = UsualFields.Texts(ref origin, position, end, OtlpTags.LogRecordAttributesNumber);
        }

        nint severity = UsualLogRecord.SkipBody(ref origin, position);
        nint behind = UsualLogRecord.SkipSeverity(ref origin, severity);
        TakeText(_severityGap, severity, behind);
        return UsualLogRecord.SkipDownFromSeverity(ref origin, behind) == end && TryTakeBody(request, _bodyGap, position, severity);
    }

    private bool TryReadPoint(ReadOnlySpan<byte> request, nint start, nint end, uint attributesNumber, ref ulong open)
    {
        var filter = new FieldFilter(0, attributesNumber, _nameBits);
        ref byte origin = ref MemoryMarshal.GetReference(request);
        nint position = UsualFields.AllFixed64(ref origin, start, end, attributesNumber);
        while (position < end && open != 0)
        {
            nint next = Scan(request, position, end, attributesNumber, ref open);
            if (next == position)
            {
                next = filter.Skip(request[..(int)end], (int)position);
                if (next == position)
                    return false;
            }

            position = next;
        }

        return position <= end;
    }

    /// <summary>Goes over attributes that stand side by side; answers whether nothing is left that the item could say.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool ScanAll(ReadOnlySpan<byte> request, uint attributesNumber, nint end, ref nint position, ref ulong open)
    {
        position = Scan(request, position, end, attributesNumber, ref open);
        if (open != 0)
            return false;
        if (_fieldNumbers == 0)
            return true;
        position = UsualFields.Texts(ref MemoryMarshal.GetReference(request), position, end, attributesNumber);
        return false;
    }

    /// <summary>Goes over what nobody asks for, if there is anything before the next round.</summary>
    /// <returns>False if this round has come no farther than the one before.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TrySkipOthers(ReadOnlySpan<byte> request, uint attributesNumber, nint from, ref nint position, nint end, ulong open)
    {
        if (position >= end)
            return true;
        var filter = new FieldFilter(_fieldNumbers, open == 0 ? 0 : attributesNumber, _nameBits);
        position = filter.Skip(request[..(int)end], (int)position);
        return position != from;
    }

    /// <summary>Takes attributes that stand side by side, each a key and a value, once and short, all in the same order.</summary>
    /// <param name="request">The request; behind the item, <see cref="UsualFields.Margin"/> bytes can be read.</param>
    /// <param name="position">Where the first may begin.</param>
    /// <param name="end">Where the item ends.</param>
    /// <param name="attributesNumber">The field.</param>
    /// <param name="open">A bit for each gap that an attribute may still fill.</param>
    /// <returns>Where something else begins, or the first that no gap is left for.</returns>
    private nint Scan(ReadOnlySpan<byte> request, nint position, nint end, uint attributesNumber, ref ulong open) =>
        Unsafe.Add(ref MemoryMarshal.GetReference(request), position + 2) == OtlpTags.Key
            ? ScanKeysFirst(request, position, end, attributesNumber, ref open)
            : ScanValuesFirst(request, position, end, attributesNumber, ref open);

    private nint ScanKeysFirst(ReadOnlySpan<byte> request, nint position, nint end, uint attributesNumber, ref ulong open)
    {
        ref byte origin = ref MemoryMarshal.GetReference(request);
        uint expected = (attributesNumber << 3) | WireType.LengthDelimited | (OtlpTags.Key << 16);
        ulong names = _nameBits;
        while (position < end && open != 0)
        {
            uint head = FieldHead.LoadTwo(ref origin, position);
            if ((head & ShortPair) != expected)
                break;

            // the key's last byte (of an empty key, its length), then the head of the value
            nint length = (nint)((head >> 8) & 0xFF);
            nint keyLength = (nint)(head >> 24);
            nint keyEnd = position + PairHead + keyLength;
            uint middle = FieldHead.LoadTwo(ref origin, keyEnd - 1);
            nint valueLength = length - PairOverhead - keyLength;
            if (((middle >> 8) & 0xFFFF) != (OtlpTags.Value | (uint)(valueLength << 8)))
                break;
            if (((names >> (int)(((uint)keyLength ^ middle) & 63)) & 1) != 0
                && !TryTake(request, position + PairHead, keyLength, keyEnd + 2, valueLength, end, ref open))
            {
                break;
            }

            position += 2 + length;
        }

        return position;
    }

    private nint ScanValuesFirst(ReadOnlySpan<byte> request, nint position, nint end, uint attributesNumber, ref ulong open)
    {
        ref byte origin = ref MemoryMarshal.GetReference(request);
        uint expected = (attributesNumber << 3) | WireType.LengthDelimited | (OtlpTags.Value << 16);
        ulong names = _nameBits;
        while (position < end && open != 0)
        {
            uint head = FieldHead.LoadTwo(ref origin, position);
            if ((head & ShortPair) != expected)
                break;

            nint length = (nint)((head >> 8) & 0xFF);
            nint valueLength = (nint)(head >> 24);
            nint key = position + PairHead + valueLength + 2;
            nint keyLength = length - PairOverhead - valueLength;
            if (FieldHead.Load(ref origin, key - 2) != (OtlpTags.Key | (uint)(keyLength << 8)))
                break;

            // the key's last byte; of an empty key, its length
            nint last = Unsafe.Add(ref origin, position + 1 + length);
            if (((names >> (int)((keyLength ^ last) & 63)) & 1) != 0
                && !TryTake(request, key, keyLength, position + PairHead, valueLength, end, ref open))
            {
                break;
            }

            position += 2 + length;
        }

        return position;
    }

    /// <returns>False when the value is not plain.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTake(ReadOnlySpan<byte> request, nint key, nint keyLength, nint value, nint valueLength, nint end, ref ulong open)
    {
        if (Math.Max(key + keyLength, value + valueLength) > end)
            return false;
        ref byte name = ref Unsafe.Add(ref MemoryMarshal.GetReference(request), key);
        for (ulong rest = open; rest != 0; rest &= rest - 1)
        {
            int gap = BitOperations.TrailingZeroCount(rest);
            if (!_probes[gap].Matches(ref name, keyLength))
                continue;
            if (!_values[gap].TrySetPlain(request, (int)value, (int)(value + valueLength)))
                return false;
            open &= ~(1UL << gap);
        }

        return true;
    }

    /// <summary>Takes a text that the item has once, with a tag and a length of one byte each, or not at all.</summary>
    private void TakeText(int gap, nint start, nint end)
    {
        if (gap != None && start != end)
            _values[gap].Set(AnyValueKind.String, (int)start + 2, (int)end);
    }

    /// <summary>Takes a span's kind that it has once, or not at all.</summary>
    private void TakeKind(int gap, nint start, nint end)
    {
        if (gap != None && start != end)
            _values[gap].Set(AnyValueKind.Int, (int)start + 1, (int)end);
    }

    /// <summary>Takes a body that the record has once, with a tag and a length of one byte each, or not at all.</summary>
    /// <returns>False when it is not plain.</returns>
    private bool TryTakeBody(ReadOnlySpan<byte> request, int gap, nint start, nint end) =>
        gap == None || start == end || _values[gap].TrySetPlain(request, (int)start + 2, (int)end);
}
