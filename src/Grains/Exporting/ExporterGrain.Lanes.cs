using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Lanes;

namespace OrleansLb.Grains.Exporting;

// What other lanes have to do with this one: they take what it cannot keep when its silo stops, and a lane whose silo is not there lives on others.
internal sealed partial class ExporterGrain
{
    private Task<EnqueueOutcome> EnqueueElsewhere(string lane, int slot, ExportPart part, EnqueueTerms terms, CancellationToken gone) =>
        EnqueueAt(GrainFactory, _key with { Slot = slot, Lane = lane }, part, terms, gone);

    private static Task<EnqueueOutcome> EnqueueAt(IGrainFactory grains, ExporterGrainKey key, ExportPart part, EnqueueTerms terms, CancellationToken gone) =>
        grains.GetGrain<IExporterGrain>(key.ToString()).Hand(part, terms, gone);

    // Room for it may have been promised here, and other parts of its request accepted elsewhere.
    private async Task<EnqueueOutcome> PassOn(ExportPart part, EnqueueTerms terms, CancellationToken gone) =>
        await _heirs.PassOn(part, _key.Slot, terms, gone) ?? _queue.Refuse(part, EnqueueOutcome.Stopping);

    private async Task<CreditGrant> PassOn(CreditRequest request) =>
        await _heirs.PassOn(request, (lane, passed) => GrainFactory.GetGrain<IExporterGrain>((_key with { Lane = lane }).ToString()).GrantCredit(passed))
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

    private void CountLost(ExportPart part)
    {
        _metrics.SendFailed(part.Signal, part.ItemCount);
        _metrics.Dropped(part.Signal, Telemetry.DropReason.Shutdown, part.ItemCount);
    }
}
