using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>Finds the trace ID of a span or log record.</summary>
internal static class ItemTraceId
{
    /// <summary>Walks all fields of an item, because the last of several trace IDs counts; an item without one yields no bytes.</summary>
    public static bool TryFind(
        ReadOnlySpan<byte> request, int position, int end, uint idTag, out Range id, ref WireError error)
    {
        id = default;
        while (position < end)
        {
            if (!WireReader.TryRead(request, position, end, out var field, ref error))
                return false;
            if (field.Tag == idTag)
                id = field.ValueStart..field.End;
            else if (field.Number == idTag >> 3)
                return WireReader.WrongType(position, ref error);
            position = field.End;
        }

        return true;
    }
}
