using OrleansLb.Ingress.Pipeline;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Silo.Sink;

/// <summary>What one endpoint of the sink has received.</summary>
/// <param name="trackTraces">Whether trace IDs are remembered.</param>
/// <param name="delay">How long answers are held back.</param>
internal sealed class SinkTally(bool trackTraces, SinkDelay delay) : ISignalConsumer
{
    private readonly TraceLedger? _ledger = trackTraces ? new TraceLedger() : null;
    private readonly long[] _items = new long[3];
    private long _requests;
    private long _refused;
    private long _bytes;

    /// <inheritdoc/>
    public string ComponentId => "sink";

    /// <summary>The trace IDs, when they are tracked.</summary>
    public TraceLedger? Traces => _ledger;

    /// <inheritdoc/>
    public ValueTask<ConsumeResult> ConsumeAsync(ReceivedRequest request, CancellationToken cancellationToken)
    {
        if (!TryNoteTraces(request, out var error))
            return ValueTask.FromResult(new ConsumeResult(ConsumeStatus.Invalid, error.ToString()));
        Interlocked.Add(ref _items[(int)request.Signal], request.ItemCount);
        Interlocked.Increment(ref _requests);
        Interlocked.Add(ref _bytes, (request.Compressed ?? request.Payload).Length);
        var held = delay.PassAsync(cancellationToken);
        return held.IsCompletedSuccessfully ? ValueTask.FromResult(ConsumeResult.Accepted) : AnswerAfter(held);
    }

    /// <summary>Counts a request that was answered with an error.</summary>
    public void Refuse() => Interlocked.Increment(ref _refused);

    /// <summary>The counts so far.</summary>
    public SinkCounts Read() => new()
    {
        Spans = Volatile.Read(ref _items[(int)Signal.Traces]),
        LogRecords = Volatile.Read(ref _items[(int)Signal.Logs]),
        DataPoints = Volatile.Read(ref _items[(int)Signal.Metrics]),
        Requests = Volatile.Read(ref _requests),
        Refused = Volatile.Read(ref _refused),
        Bytes = Volatile.Read(ref _bytes),
        Traces = _ledger?.Count ?? 0,
    };

    /// <summary>Back to zero. Requests that are being counted at that moment may count before or after.</summary>
    public void Reset()
    {
        Array.Clear(_items);
        _requests = _refused = _bytes = 0;
        _ledger?.Clear();
    }

    // what was received counts, also when the caller does not wait for the answer and sends it again: else copies would go unnoticed
    private static async ValueTask<ConsumeResult> AnswerAfter(Task held)
    {
        await held.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return held.IsCanceled ? ConsumeResult.Cancelled : ConsumeResult.Accepted;
    }

    private bool TryNoteTraces(ReceivedRequest request, out WireError error)
    {
        error = default;
        if (_ledger is null || request.Signal != Signal.Traces)
            return true;
        lock (_ledger.Gate)
            return TraceIdWalk.TryAdd(request.Payload.Message.Span, _ledger, out error);
    }
}
