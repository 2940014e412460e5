using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.SendingQueues;

namespace OrleansLb.Ingress.Pipeline;

/// <summary>The router behind a sending queue.</summary>
public sealed partial class LoadBalancingConsumer : IFanOut
{
    /// <inheritdoc/>
    public async Task<FanOutResult> Deliver(FanOutRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (signal, whole) = (request.Request.Signal, request.Request);
        var table = _tables.Current(ComponentId);
        if (table.IsEmpty)
            return await ResultOf(OfferUntilTaken(request, null)).ConfigureAwait(false);

        var router = RouterFor(ref table);
        HotKeys.Observe(signal, whole.Payload.Message.Span, table);
        if (!_dealer.TryDeal(signal, _split, whole.Payload, compressed: null, router, out var parts, out string? error))
            return new FanOutResult(new EnqueueOutcome { Status = EnqueueStatus.Rejected, Message = error }, whole.ItemCount, []);

        _metrics.MissingKey(signal, parts.MissingKeyItems);
        _slots.Routed(table, parts);
        return await ResultOf(OfferUntilTaken(request, parts)).ConfigureAwait(false);
    }

    private static async Task<FanOutResult> ResultOf(Task<(EnqueueTally Tally, List<ExportPart> Undelivered)> offers)
    {
        var (tally, undelivered) = await offers.ConfigureAwait(false);
        return new FanOutResult(tally.ToOutcome(), tally.RejectedItems, undelivered);
    }
}
