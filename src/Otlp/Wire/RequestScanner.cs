namespace OrleansLb.Otlp.Wire;

/// <summary>Looks through an export request without decoding it.</summary>
public static class RequestScanner
{
    /// <summary>Counts the spans, log records or data points (of all five kinds of metric) of a request.</summary>
    /// <param name="signal">What the request exports.</param>
    /// <param name="request">The request in wire form, uncompressed.</param>
    /// <param name="items">The count; zero when the answer is false.</param>
    /// <param name="error">What is wrong with the bytes, when the answer is false.</param>
    /// <returns>False when the envelope of the items is malformed; the inside of spans, log records and data points is not looked at.</returns>
    public static bool TryCountItems(Signal signal, ReadOnlySpan<byte> request, out int items, out WireError error)
    {
        items = 0;
        error = default;
        var count = default(ItemCount);
        int position = 0;
        while (position < request.Length)
        {
            if (!WireReader.TryRead(request, position, request.Length, out var field, ref error))
                return false;
            if (field.Number == OtlpTags.ResourceEntriesNumber)
            {
                if (field.Type != WireType.LengthDelimited)
                    return WireReader.WrongType(position, ref error);
                if (!ItemCounter.TryCountResourceEntry(signal, request, field.ValueStart, field.End, ref count, ref error))
                    return false;
            }

            position = field.End;
        }

        items = count.Items;
        return true;
    }
}
