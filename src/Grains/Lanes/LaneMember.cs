using Microsoft.Extensions.Logging;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.Queueing;
using OrleansLb.Grains.Telemetry;

namespace OrleansLb.Grains.Lanes;

/// <summary>
/// What other lanes have to do with a queue of this one: they take what it cannot keep when its silo stops, and a lane whose silo is not there lives on others. Used on its grain's turns only.
/// </summary>
internal sealed class LaneMember(
    ILanes lanes, NextActivations next, ILaneSiblings siblings, string key, string lane, string componentId, GrainQueue queue, QueueMetrics metrics, TimeProvider time, ILogger logger)
{
    /// <summary>How often a grain whose lane's silo is not there looks whether it is, and whether it is needed.</summary>
    public static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);

    private readonly LaneHeirs _heirs = new(lanes, key, componentId, siblings, time, logger);
    private bool _isUsed;

    /// <summary>Whether it lives elsewhere than its lane belongs.</summary>
    public bool IsAway => !lanes.IsHome(lane);

    private LaneHeirs? Heirs => _heirs.Exist ? _heirs : null;

    /// <summary>Passes on a part that came to a queue which ends: room for it may have been promised here, and other parts of its request accepted elsewhere.</summary>
    /// <returns>Null when the queue is to take or refuse it itself.</returns>
    public Task<EnqueueOutcome>? TryPassOn(ExportPart part, int slot, EnqueueTerms terms, CancellationToken gone)
    {
        _isUsed = true;
        return PassesOn(terms.PassedOn) ? PassOn(part, slot, terms, gone) : null;
    }

    /// <summary>Grants room to a router, or has another lane grant it for a queue that ends.</summary>
    public Task<CreditGrant> GrantCredit(CreditRequest request)
    {
        _isUsed = true;
        return PassesOn(request.PassedOn) ? PassOn(request) : queue.GrantCredit(request);
    }

    /// <summary>Whether an activation that lives elsewhere has to end: the lane's silo is there, or there is nothing to do.</summary>
    public bool GoesHome()
    {
        bool isIdle = !_isUsed && queue is { Count: 0, IsOpening: false };
        _isUsed = false;
        return !queue.IsStopping && (isIdle || lanes.IsServed(lane, componentId));
    }

    /// <summary>Empties the queue of a silo that stops.</summary>
    public Task Drain(TimeSpan patience) => queue.Drain(patience, Heirs, CancellationToken.None);

    /// <summary>Empties the queue of an activation that ends: into the other lanes when its silo stops, into the next activation when that goes on.</summary>
    /// <param name="reason">Why it ends.</param>
    /// <param name="ended">The end of the activation.</param>
    /// <param name="cancellationToken">Ends the patience.</param>
    public async Task End(DeactivationReason reason, Task ended, CancellationToken cancellationToken)
    {
        if (reason.ReasonCode == DeactivationReasonCode.ShuttingDown)
        {
            await queue.Drain(Heirs, cancellationToken);
            return;
        }

        var bequest = new Bequest();
        await queue.Drain(bequest, cancellationToken);
        Func<Task>? wake = queue.Kept > 0 ? () => siblings.Wake(lane) : null;
        next.Settle(key, ended, bequest, (slot, part, terms) => siblings.Enqueue(lane, slot, part, terms, CancellationToken.None), wake, CountLost);
    }

    private bool PassesOn(bool wasPassedOn) => queue.IsStopping && lanes.IsCluster && !wasPassedOn;

    private async Task<EnqueueOutcome> PassOn(ExportPart part, int slot, EnqueueTerms terms, CancellationToken gone) =>
        await _heirs.PassOn(part, slot, terms, gone) ?? queue.Refuse(part, EnqueueOutcome.Stopping);

    private async Task<CreditGrant> PassOn(CreditRequest request) => await _heirs.PassOn(request) ?? await queue.GrantCredit(request);

    private void CountLost(ExportPart part)
    {
        metrics.SendFailed(part.Signal, part.ItemCount);
        metrics.Dropped(part.Signal, DropReason.Shutdown, part.ItemCount);
    }
}
