using OrleansLb.Otlp;

namespace OrleansLb.Ingress.Pipeline;

/// <summary>A component that takes received requests: what a configuration names by <c>….input</c>.</summary>
public interface ISignalConsumer
{
    /// <summary>The component's ID.</summary>
    string ComponentId { get; }

    /// <summary>
    /// Whether it walks over the items anyway and says how many there are (<see cref="ReceivedRequest.Counted"/>) before it waits for anything:
    /// then nobody counts them before, and it sees requests without items and malformed ones as well.
    /// </summary>
    bool CountsItems => false;

    /// <summary>
    /// Takes a request. The caller keeps its own reference to the payloads until the answer; a consumer that needs them longer retains them.
    /// Expected failures are values; an exception is a bug.
    /// </summary>
    ValueTask<ConsumeResult> ConsumeAsync(ReceivedRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Takes room for a request without accepting it, so that one that has several consumers is accepted by all of them or by none. Exactly one of the two is null.
    /// </summary>
    /// <param name="request">The request; the caller keeps its own reference to the payloads until the reservation is disposed.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    ValueTask<(IReservation? Reservation, ConsumeResult Refusal)> ReserveAsync(ReceivedRequest request, CancellationToken cancellationToken) =>
        new((new UnlimitedReservation(this, request), default));

    /// <summary>Whether a request that has not been read yet would be refused for want of room.</summary>
    /// <param name="signal">Its signal.</param>
    /// <param name="refusal">The answer for it.</param>
    bool IsFull(Signal signal, out ConsumeResult refusal)
    {
        refusal = default;
        return false;
    }
}

/// <summary>Room for one request at one consumer. Disposing gives back what was not used.</summary>
public interface IReservation : IDisposable
{
    /// <summary>Takes the request, once.</summary>
    ValueTask<ConsumeResult> ConsumeAsync(CancellationToken cancellationToken);
}

/// <summary>The reservation at a consumer that always has room.</summary>
internal sealed class UnlimitedReservation(ISignalConsumer consumer, ReceivedRequest request) : IReservation
{
    public ValueTask<ConsumeResult> ConsumeAsync(CancellationToken cancellationToken) => consumer.ConsumeAsync(request, cancellationToken);

    public void Dispose()
    {
    }
}
