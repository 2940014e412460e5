using OrleansLb.Grains.Dealing;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.Queueing;
using OrleansLb.Grains.Telemetry;

namespace OrleansLb.Grains.Exporting;

internal sealed partial class ExporterGrain
{
    /// <summary>Deals a part of a seat that is vacant, or was in between, out by the newest table and sees its pieces through.</summary>
    /// <returns>False after a wait for a newer table, since by this one the part stays here or has nowhere to go.</returns>
    private async Task<bool> TryDealOut(QueuedPart part)
    {
        var table = _watch.Current;
        bool awaitsReplacement = part.Since is not null && table.HeldSeatOf(part.Slot)?.Since == part.Since;
        if (table.IsEmpty || awaitsReplacement || part.DealtBy == table.Epoch)
        {
            if (await _queue.TryPassOn(part))
                return true;
            await _watch.Wait(part.PatienceLeft(time), () => _queue.IsAbandoned || (_queue.IsMoving && !part.StaysHere) || part.IsWithdrawn || _watch.Current.Epoch != table.Epoch, part.CallerGone);
            return false;
        }

        var (dealt, error) = await Deal(part, table);
        if (dealt is null)
        {
            LogUnsplittable(part.Items, part.Slot, error!);
            _queue.Drop(part, DropReason.Unsplittable, EnqueueOutcome.Rejection(error!));
            return true;
        }

        var pieces = new QueuedPart[dealt.Count];
        for (int i = 0; i < pieces.Length; i++)
            pieces[i] = Piece(part, dealt[i], table);
        dealt.Dispose();
        _queue.Finish(part);
        await Task.WhenAll(pieces.Select(SeeThrough));
        return true;
    }

    /// <summary>Offers a dealt part to the grain of its owner.</summary>
    /// <returns>False when the part is still ours, after a wait.</returns>
    private async Task<bool> TryHandOver(QueuedPart part)
    {
        string? refusal;
        try
        {
            var owner = GrainFactory.GetGrain<IExporterGrain>((_key with { Slot = part.Slot }).ToString());
            var outcome = await owner.Hand(part.ToMessage(), EnqueueTerms.AcceptedElsewhere, CancellationToken.None);
            if (outcome.Status == EnqueueStatus.Accepted)
                _metrics.DealtOut(part.Items);
            if (outcome.Status is EnqueueStatus.Accepted or EnqueueStatus.Failed or EnqueueStatus.Rejected)
            {
                _queue.Finish(part, outcome);
                return true;
            }

            refusal = outcome.Message;
        }
#pragma warning disable CA1031 // a grain that cannot be reached is one more reason to try again
        catch (Exception fault)
#pragma warning restore CA1031
        {
            refusal = fault.Message;
        }

        LogNotTaken(part.Slot, refusal ?? "");
        if (_queue.IsStopping)
        {
            // There may be no later: the owner stops as well, its backend need not.
            part.BypassesOwner = true;
            return false;
        }

        await _watch.Wait(part.NextHandOver(), () => _queue.IsStopping);
        return false;
    }

    private QueuedPart Piece(QueuedPart part, in DealtPart dealt, Routing.RoutingTable table)
    {
        var piece = new QueuedPart(dealt.Part, dealt.Slot, table.SinceOf(dealt.Slot), table.Epoch) { Origins = part.ShareOrigins() }.For(part);

        // what was accepted once is not held against the capacity
        if (part.Room > 0)
            _queue.Admit(piece);
        return piece;
    }

    private Task<(DealtParts? Parts, string? Error)> Deal(QueuedPart part, Routing.RoutingTable table) => Task.Run(() =>
        dealer.TryDeal(part.Signal, _options.Split, part.Payload, compressed: null, table, out var parts, out string? error)
            ? (parts, null)
            : ((DealtParts?)null, error));
}
