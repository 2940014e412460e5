using Orleans.CodeGeneration;
using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Grains.Exporting.SendingQueues;

/// <summary>
/// One per exporter with a <c>sending_queue</c>, signal and lane, keyed by <see cref="SendingQueueKey"/>: holds whole requests before they are
/// split, and has them split, handed to the exporter grains and tried again.
/// </summary>
[Version(1), Alias("orleanslb.ISendingQueueGrain")]
public interface ISendingQueueGrain : IGrainWithStringKey
{
    /// <summary>Hands over a request. Answers when it is queued or refused; with <c>wait_for_result</c> when every part of it is taken or given up.</summary>
    /// <param name="request">The request; the caller keeps its own reference to the payload until the answer.</param>
    /// <param name="terms">Who pays for the room, and how long the caller waits, for the result as well.</param>
    /// <param name="cancellationToken">The caller has gone: what is not accepted yet is not queued, and what is waited for is not delivered if that can be helped.</param>
    // routers wait for 25 s at most
    [ResponseTimeout("00:01:00"), Alias("Enqueue"), TakesPart]
    Task<EnqueueOutcome> Enqueue(ExportPart request, EnqueueTerms terms, CancellationToken cancellationToken = default);

    /// <summary>Grants room to whoever receives requests; waits for some for as long as that wants to.</summary>
    [ResponseTimeout("00:00:10"), Alias("GrantCredit")]
    Task<CreditGrant> GrantCredit(CreditRequest request);

    /// <summary>Makes sure that a grain lives which goes on with what its queue's store holds; does not wait for it.</summary>
    [Alias("Wake")]
    Task Wake();

    /// <summary>
    /// Accepts nothing more and empties the queue; what is left after <paramref name="patience"/> is reported: what is stored is kept, the rest is
    /// dropped and counted. Waits for the exporter grains that have not answered.
    /// </summary>
    [ResponseTimeout("1.00:00:00"), Alias("Drain")]
    Task<DrainReport> Drain(TimeSpan patience);
}
