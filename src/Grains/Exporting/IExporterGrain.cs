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
    // retries last as long as they are configured to, not Orleans' 30 s
    [ResponseTimeout("1.00:00:00"), Alias("Enqueue"), TakesPart]
    Task<EnqueueOutcome> Enqueue(ExportPart part, EnqueueTerms terms, CancellationToken cancellationToken = default);

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
