using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Lanes;

namespace OrleansLb.Grains.Exporting.SendingQueues;

/// <summary>The sending queues of an exporter and signal, by lane.</summary>
internal sealed class SendingQueueSiblings(IGrainFactory grains, SendingQueueKey key) : ILaneSiblings
{
    public Task<EnqueueOutcome> Enqueue(string lane, int slot, ExportPart part, EnqueueTerms terms, CancellationToken gone) => Of(lane).Enqueue(part, terms, gone);

    public Task<CreditGrant> GrantCredit(string lane, CreditRequest request) => Of(lane).GrantCredit(request);

    public Task Wake(string lane) => Of(lane).Wake();

    private ISendingQueueGrain Of(string lane) => grains.GetGrain<ISendingQueueGrain>((key with { Lane = lane }).ToString());
}
