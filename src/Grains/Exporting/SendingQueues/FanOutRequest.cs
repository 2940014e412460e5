using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Grains.Exporting.SendingQueues;

/// <summary>A request out of a sending queue, for its router.</summary>
/// <param name="Request">The request; whoever asks keeps a reference to the payload until the answer.</param>
public sealed record FanOutRequest(ExportPart Request)
{
    /// <summary>How long somebody waits for the end; null: nobody does.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>A part counts as taken when it is delivered or stored, also where the queues of the ring slots are in memory.</summary>
    public bool AwaitsDelivery { get; init; }

    /// <summary>Ends the wait for the next retry, once.</summary>
    public CancellationToken Hurry { get; init; }

    /// <summary>Ends the retries, not the calls that are under way.</summary>
    public CancellationToken Ended { get; init; }

    /// <summary>Whoever waits for the end has gone: ends everything that can be ended.</summary>
    public CancellationToken CallerGone { get; init; }
}
