namespace OrleansLb.Silo.Load;

/// <summary>
/// The requests that hold a set of whole traces: one request, or several over which the spans of each trace are spread.
/// Its bytes are built once; <see cref="Stamp"/> gives the traces new IDs in place. One worker owns it.
/// </summary>
internal sealed class TraceBatch
{
    private const int ServiceDigits = 4;

    private readonly TraceRequest[] _requests;

    private TraceBatch(int traces, TraceRequest[] requests)
    {
        (Traces, _requests) = (traces, requests);
    }

    /// <summary>How many traces it holds.</summary>
    public int Traces { get; }

    /// <summary>The requests, in the order in which they are sent.</summary>
    public IReadOnlyList<TraceRequest> Requests => _requests;

    /// <summary>Builds a batch.</summary>
    public static TraceBatch Build(TraceLoadOptions options, TraceIds ids, Random random)
    {
        int traces = options.SpansPerRequest / options.SpansPerTrace * options.RequestsPerTrace;
        var messages = new TraceBatchBuilder(options, random).Build(traces);
        var batch = new TraceBatch(traces, [.. messages.Select(TraceRequest.Of)]);
        batch.Stamp(ids, options.Services);
        return batch;
    }

    /// <summary>New trace IDs for all traces, and the next of <paramref name="services"/> services; answers the number of the first ID.</summary>
    public ulong Stamp(TraceIds ids, int services)
    {
        ulong first = ids.Take(Traces);
        foreach (var request in _requests)
            Stamp(request, ids, services, first);
        return first;
    }

    /// <summary>One of the requests, with the IDs from this number on.</summary>
    public TraceRequest Stamped(int request, TraceIds ids, int services, ulong first)
    {
        Stamp(_requests[request], ids, services, first);
        return _requests[request];
    }

    /// <summary>The same requests gzipped; their IDs are fixed from then on.</summary>
    public TraceBatch Compressed() => new(Traces, [.. _requests.Select(GzipFrame.Of)]);

    private void Stamp(TraceRequest request, TraceIds ids, int services, ulong first)
    {
        var message = request.Message;
        foreach (var slot in request.TraceIds)
            ids.Write(first + (ulong)slot.Trace, message.Slice(slot.Offset, 16));
        ulong service = first / (ulong)Traces;
        foreach (int end in request.ServiceNumbers)
            WriteDigits(message[..end], service++ % (ulong)services);
    }

    private static void WriteDigits(Span<byte> end, ulong number)
    {
        for (int i = 1; i <= ServiceDigits; i++, number /= 10)
            end[^i] = (byte)('0' + number % 10);
    }
}
