using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Grains.Lanes;

/// <summary>The grain of a queue in any lane, its own included. May be called when the activation has ended.</summary>
internal interface ILaneSiblings
{
    /// <summary>Hands over a part; the caller keeps its reference to the payload until the answer.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="slot">The part's ring slot; of no meaning to queues before the split.</param>
    /// <param name="part">The part.</param>
    /// <param name="terms">Its terms.</param>
    /// <param name="gone">The caller has gone.</param>
    Task<EnqueueOutcome> Enqueue(string lane, int slot, ExportPart part, EnqueueTerms terms, CancellationToken gone);

    /// <summary>Asks for room.</summary>
    Task<CreditGrant> GrantCredit(string lane, CreditRequest request);

    /// <summary>Has the next activation look into the store.</summary>
    Task Wake(string lane);
}
