using OrleansLb.Otlp;

namespace OrleansLb.Silo.Sink;

/// <summary>Counts the items of an OTLP export request and notes the trace ID of each span.</summary>
internal ref struct ItemCount(Signal signal, TraceLedger? ledger)
{
    private const int TraceIdLength = 16;

    private bool _malformed;
    private int _items;

    /// <summary>Counts the items of <paramref name="request"/>; false when it is no protobuf message.</summary>
    public static bool TryCount(Signal signal, ReadOnlySpan<byte> request, TraceLedger? ledger, out int items)
    {
        var count = new ItemCount(signal, signal == Signal.Traces ? ledger : null);
        count.Request(request);
        items = count._items;
        return !count._malformed;
    }

    private void Request(ReadOnlySpan<byte> request)
    {
        var fields = new WireCursor(request);
        while (fields.Next())
        {
            if (fields is { Field: 1, HasContent: true })
                Resource(fields.Content);
        }
        _malformed |= fields.Malformed;
    }

    private void Resource(ReadOnlySpan<byte> resource)
    {
        var fields = new WireCursor(resource);
        while (fields.Next())
        {
            if (fields is { Field: 2, HasContent: true })
                Scope(fields.Content);
        }
        _malformed |= fields.Malformed;
    }

    private void Scope(ReadOnlySpan<byte> scope)
    {
        var fields = new WireCursor(scope);
        while (fields.Next())
        {
            if (fields is not { Field: 2, HasContent: true })
                continue;
            if (signal == Signal.Metrics)
                Metric(fields.Content);
            else
                Item(fields.Content);
        }
        _malformed |= fields.Malformed;
    }

    private void Item(ReadOnlySpan<byte> item)
    {
        _items++;
        if (ledger is null)
            return;

        var traceId = ReadOnlySpan<byte>.Empty;
        var fields = new WireCursor(item);
        while (fields.Next())
        {
            if (fields is { Field: 1, HasContent: true })
                traceId = fields.Content;
        }
        _malformed |= fields.Malformed;
        if (traceId.Length == TraceIdLength)
            ledger.Add(traceId);
    }

    // Gauge, sum, histogram, exponential histogram and summary all keep their data points in field 1.
    private void Metric(ReadOnlySpan<byte> metric)
    {
        var fields = new WireCursor(metric);
        while (fields.Next())
        {
            if (!fields.HasContent || fields.Field is not (5 or 7 or 9 or 10 or 11))
                continue;
            var data = new WireCursor(fields.Content);
            while (data.Next())
            {
                if (data is { Field: 1, HasContent: true })
                    _items++;
            }
            _malformed |= data.Malformed;
        }
        _malformed |= fields.Malformed;
    }
}
