using System.Runtime.CompilerServices;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Otlp.Wire;

/// <summary>Counts spans, log records or data points in a part of a request.</summary>
internal static class ItemCounter
{
    /// <summary>Adds the items of one resource entry.</summary>
    public static bool TryCountResourceEntry(
        Signal signal, ItemCheck check, ReadOnlySpan<byte> bytes, int position, int end, ref ItemCount count, ref WireError error)
    {
        while (position < end)
        {
            if (!WireReader.TryRead(bytes, position, end, out var field, ref error))
                return false;
            if (OtlpTags.IsMistyped(field))
                return WireReader.WrongType(position, ref error);
            if (field.Tag is OtlpTags.ScopeEntries or OtlpTags.OldScopeEntries)
            {
                int before = count.Items;
                if (!TryCountScopeEntry(signal, check, bytes, field.ValueStart, field.End, ref count, ref error))
                    return false;
                if (field.Tag == OtlpTags.OldScopeEntries)
                    count.OldItems += count.Items - before;
            }

            position = field.End;
        }

        return true;
    }

    /// <summary>Adds the items of one scope entry.</summary>
    public static bool TryCountScopeEntry(
        Signal signal, ItemCheck check, ReadOnlySpan<byte> bytes, int position, int end, ref ItemCount count, ref WireError error)
    {
        while (position < end)
        {
            ReadAhead.Of(bytes, position);
            if (!WireReader.TryRead(bytes, position, end, out var field, ref error))
                return false;
            if (OtlpTags.IsMistyped(field))
                return WireReader.WrongType(position, ref error);
            if (field.Tag == OtlpTags.Items)
            {
                count.Elements++;
                if (!TryCountItem(signal, check, bytes, field, out int items, ref error))
                    return false;
                count.Items += items;
            }

            position = field.End;
        }

        return true;
    }

    /// <summary>Counts a span or log record, or the points of one metric, and refuses what no decoder takes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryCountItem(Signal signal, ItemCheck check, ReadOnlySpan<byte> bytes, in WireField item, out int items, ref WireError error)
    {
        items = 1;
        return signal == Signal.Metrics
            ? TryCountDataPoints(bytes, item.ValueStart, item.End, out items, ref error)
            : ItemTraceId.TryCheck(check, signal, bytes, item.ValueStart, item.End, ref error);
    }

    /// <summary>Counts the points of one metric.</summary>
    public static bool TryCountDataPoints(ReadOnlySpan<byte> bytes, int position, int end, out int points, ref WireError error)
    {
        points = 0;
        uint kind = 0;
        while (position < end)
        {
            if (!WireReader.TryRead(bytes, position, end, out var field, ref error))
                return false;
            if (ItemFields.IsMistypedInMetric(field))
                return WireReader.WrongType(position, ref error);
            if (OtlpTags.IsMetricData(field.Number))
            {
                // The data is a oneof: another kind replaces what came before, the same kind merges with it.
                if (field.Number != kind)
                    points = 0;
                kind = field.Number;
                if (!TryCountPointsOfData(bytes, kind, field.ValueStart, field.End, ref points, ref error))
                    return false;
            }

            position = field.End;
        }

        return true;
    }

    private static bool TryCountPointsOfData(ReadOnlySpan<byte> bytes, uint kind, int position, int end, ref int points, ref WireError error)
    {
        while (position < end)
        {
            if (!WireReader.TryRead(bytes, position, end, out var field, ref error))
                return false;
            if (field.Tag == OtlpTags.DataPoints)
                points++;
            else if (ItemFields.IsMistypedInData(kind, field))
                return WireReader.WrongType(position, ref error);
            position = field.End;
        }

        return true;
    }
}
