namespace OrleansLb.Otlp.Wire;

/// <summary>Looks through an export request without decoding it.</summary>
public static class RequestScanner
{
    /// <summary>Counts the spans, log records or data points (of all five kinds of metric) of a request.</summary>
    /// <param name="signal">What the request exports.</param>
    /// <param name="request">The request in wire form, uncompressed.</param>
    /// <param name="items">The count; zero when the answer is false.</param>
    /// <param name="error">What is wrong with the bytes, when the answer is false.</param>
    /// <returns>False when the envelope of the items is malformed, or an ID of a span or log record; docs/validation.md says what is looked at.</returns>
    public static bool TryCountItems(Signal signal, ReadOnlySpan<byte> request, out int items, out WireError error) =>
        TryCountItems(signal, request, out items, out _, out error);

    /// <inheritdoc cref="TryCountItems(Signal, ReadOnlySpan{byte}, out int, out WireError)"/>
    /// <param name="oldItems">How many of them stand in a field of before OTLP 0.15.</param>
    public static bool TryCountItems(Signal signal, ReadOnlySpan<byte> request, out int items, out int oldItems, out WireError error)
    {
        error = default;
        var count = default(ItemCount);
        bool isValid = TryCount(signal, request, ref count, ref error);
        (items, oldItems) = isValid ? (count.Items, count.OldItems) : default;
        if (!isValid)
            error = error with { Path = WirePath.Of(signal, request, error.Offset) };
        return isValid;
    }

    private static bool TryCount(Signal signal, ReadOnlySpan<byte> request, ref ItemCount count, ref WireError error)
    {
        int position = 0;
        while (position < request.Length)
        {
            if (!WireReader.TryRead(request, position, request.Length, out var field, ref error))
                return false;
            if (field.Number == OtlpTags.ResourceEntriesNumber)
            {
                if (field.Type != WireType.LengthDelimited)
                    return WireReader.WrongType(position, ref error);
                if (!ItemCounter.TryCountResourceEntry(signal, ItemCheck.Fields, request, field.ValueStart, field.End, ref count, ref error))
                    return false;
            }

            position = field.End;
        }

        return true;
    }
}
