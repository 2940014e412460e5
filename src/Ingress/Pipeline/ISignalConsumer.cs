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
}
