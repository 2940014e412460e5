using System.Collections.Concurrent;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Otlp;

namespace OrleansLb.Ingress.Tests.Receivers;

/// <summary>Keeps a copy of what it was given, and answers as it was told.</summary>
internal sealed class RecordingConsumer(Func<ReceivedRequest, CancellationToken, ValueTask<ConsumeResult>>? answer = null) : ISignalConsumer
{
    public string ComponentId => "test.consumer";

    public ConcurrentQueue<Record> Received { get; } = new();

    public int Items => Received.Sum(record => record.Items);

    /// <summary>What it answers while it has no room; null: it has some.</summary>
    public ConsumeResult? NoRoom { get; set; }

    public ValueTask<(IReservation? Reservation, ConsumeResult Refusal)> ReserveAsync(ReceivedRequest request, CancellationToken cancellationToken) =>
        NoRoom is { } refusal ? new((null, refusal)) : new((new UnlimitedReservation(this, request), default));

    public bool IsFull(Signal signal, out ConsumeResult refusal)
    {
        refusal = NoRoom ?? default;
        return NoRoom is not null;
    }

    public ValueTask<ConsumeResult> ConsumeAsync(ReceivedRequest request, CancellationToken cancellationToken)
    {
        Received.Enqueue(new Record(
            request.Signal, request.Payload.Message.ToArray(), request.ItemCount, request.Compressed?.Frame.ToArray(), request.Patience));
        return answer is null ? ValueTask.FromResult(ConsumeResult.Accepted) : answer(request, cancellationToken);
    }

    internal sealed record Record(Signal Signal, byte[] Message, int Items, byte[]? CompressedFrame, TimeSpan? Patience);
}
