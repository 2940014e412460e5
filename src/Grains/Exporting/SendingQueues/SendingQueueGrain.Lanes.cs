using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Lanes;
using OrleansLb.Grains.Telemetry;

namespace OrleansLb.Grains.Exporting.SendingQueues;

// What other lanes have to do with this one, as with exporter grains.
internal sealed partial class SendingQueueGrain
{
    private Task<EnqueueOutcome> EnqueueElsewhere(string lane, int slot, ExportPart request, EnqueueTerms terms, CancellationToken gone) =>
        GrainFactory.GetGrain<ISendingQueueGrain>((_key with { Lane = lane }).ToString()).Enqueue(request, terms, gone);

    private async Task<EnqueueOutcome> PassOn(ExportPart request, EnqueueTerms terms, CancellationToken gone) =>
        await _heirs.PassOn(request, slot: 0, terms, gone) ?? _queue.Refuse(request, EnqueueOutcome.Stopping);

    private async Task<CreditGrant> PassOn(CreditRequest request) =>
        await _heirs.PassOn(request, (lane, passed) => GrainFactory.GetGrain<ISendingQueueGrain>((_key with { Lane = lane }).ToString()).GrantCredit(passed))
        ?? await _queue.GrantCredit(request);

    /// <summary>Goes home as soon as the lane's silo is there, and ends when there is nothing to do.</summary>
    private Task LookHome(CancellationToken cancellationToken)
    {
        bool isIdle = !_isUsed && _queue is { Count: 0, IsOpening: false };
        _isUsed = false;
        if (!_queue.IsStopping && (isIdle || lanes.IsServed(_key.Lane, _key.ComponentId)))
            this.DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private void CountLost(ExportPart request)
    {
        _metrics.SendFailed(request.Signal, request.ItemCount);
        _metrics.Dropped(request.Signal, DropReason.Shutdown, request.ItemCount);
    }
}
