using Orleans.CodeGeneration;
using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Grains.Exporting;

/// <summary>One per exporter, ring slot and lane, keyed by <see cref="ExporterGrainKey"/>: queue, retry and sending.</summary>
[Version(1), Alias("orleanslb.IExporterGrain")]
public interface IExporterGrain : IGrainWithStringKey
{
    /// <summary>Hands over a part. Answers when the part is queued or refused; with no queue, when it was delivered or has failed.</summary>
    /// <param name="part">The part; the caller keeps its own reference to the payload until the answer.</param>
    /// <param name="terms">Who pays for the room, and how long the caller waits.</param>
    /// <param name="cancellationToken">The caller has gone: what is not accepted yet is not queued, and what is waited for is not delivered if that can be helped.</param>
    // A reply may be lost while both silos live on, and the request is held until this is over. Routers wait for 25 s at most (LoadBalancingConsumer.LongestPatience); a silo that dies fails its calls at once.
    [ResponseTimeout("00:01:00"), Alias("Enqueue"), TakesPart]
    Task<EnqueueOutcome> Enqueue(ExportPart part, EnqueueTerms terms, CancellationToken cancellationToken = default);

    /// <summary>The same for a caller that waits for the delivery for as long as it takes, or for longer than <see cref="EnqueueTerms.ShortWait"/>. See <see cref="ExporterGrainCalls.Hand"/>.</summary>
    // retries last as long as they are configured to
    [ResponseTimeout("1.00:00:00"), Alias("EnqueueAndWait"), TakesPart]
    Task<EnqueueOutcome> EnqueueAndWait(ExportPart part, EnqueueTerms terms, CancellationToken cancellationToken = default);

    /// <summary>Grants room to a router; waits for some for as long as the router wants to.</summary>
    [ResponseTimeout("00:00:10"), Alias("GrantCredit")]
    Task<CreditGrant> GrantCredit(CreditRequest request);

    /// <summary>Makes sure that a grain lives which goes on with what its queue's store holds; does not wait for it.</summary>
    [Alias("Wake")]
    Task Wake();

    /// <summary>Accepts nothing more and empties the queue; what is left after <paramref name="patience"/> is reported: what is stored is kept, the rest is dropped and counted.</summary>
    [ResponseTimeout("1.00:00:00"), Alias("Drain")]
    Task<DrainReport> Drain(TimeSpan patience);
}

/// <summary>Calls of exporter grains.</summary>
public static class ExporterGrainCalls
{
    /// <summary>Hands over a part by the call whose response timeout suits the wait.</summary>
    public static Task<EnqueueOutcome> Hand(this IExporterGrain grain, ExportPart part, EnqueueTerms terms, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(grain);
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(terms);
        return terms.Patience > EnqueueTerms.ShortWait || (part.AwaitsDelivery && terms.Patience <= TimeSpan.Zero)
            ? grain.EnqueueAndWait(part, terms, cancellationToken)
            : grain.Enqueue(part, terms, cancellationToken);
    }
}
