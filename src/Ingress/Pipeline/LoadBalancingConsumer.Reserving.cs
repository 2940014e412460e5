using OrleansLb.Grains.Dealing;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Ingress.Pipeline;

/// <summary>Requests that other consumers get as well: split and given room first, handed over when all of them have room.</summary>
public sealed partial class LoadBalancingConsumer
{
    /// <inheritdoc/>
    public async ValueTask<(IReservation? Reservation, ConsumeResult Refusal)> ReserveAsync(ReceivedRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!RequestSplitter.Supports(_split.Key, request.Signal))
            return (null, new ConsumeResult(ConsumeStatus.Unavailable, "telemetry type is not supported"));

        long began = _time.GetTimestamp();
        var patience = PatienceOf(request);
        var schedule = _retry is null ? null : new RetrySchedule(_retry, Random.Shared.NextDouble);
        while (true)
        {
            var (parts, refusal) = Deal(request);
            if (parts is { Count: 0 })
            {
                parts.Dispose();
                return (new UnlimitedReservation(this, request), default);
            }

            TimeSpan? hint = refusal.RetryAfter;
            if (parts is not null)
            {
                var first = _lanes.Next();
                var (queues, outcome) = await Reserve(first, [parts], first.WaitOf(Left(patience, began)), cancellationToken).ConfigureAwait(false);
                if (outcome.Status == EnqueueStatus.Accepted)
                    return (new Reservation(this, request, queues, parts), default);
                parts.Dispose();
                refusal = Refusal(request, outcome);
                hint = outcome.RetryAfter;
            }

            var elapsed = _time.GetElapsedTime(began);
            if (refusal.Status != ConsumeStatus.Unavailable || schedule?.Next(elapsed, hint) is not { } delay || elapsed + delay >= (request.Patience ?? TimeSpan.MaxValue))
                return (null, refusal);
            await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
                return (null, ConsumeResult.Cancelled);
        }
    }

    private (DealtParts? Parts, ConsumeResult Refusal) Deal(ReceivedRequest request)
    {
        var table = _tables.Current(ComponentId);
        if (table.IsEmpty)
            return (null, NobodyIn(table));
        var router = RouterFor(ref table);
        HotKeys.Observe(request.Signal, request.Payload.Message.Span, table);
        var compressed = _forwardsCompressed ? request.Compressed : null;
        if (!_dealer.TryDeal(request.Signal, _split, request.Payload, compressed, router, out var parts, out string? error))
            return (null, new ConsumeResult(ConsumeStatus.Invalid, error));
        request.Counted(parts.ItemCount, parts.OldItems);
        _metrics.MissingKey(request.Signal, parts.MissingKeyItems);
        _slots.Routed(table, parts);
        return (parts, default);
    }

    private sealed class Reservation(LoadBalancingConsumer router, ReceivedRequest request, SlotQueues queues, DealtParts parts) : IReservation
    {
        private bool _used;

        public ValueTask<ConsumeResult> ConsumeAsync(CancellationToken cancellationToken)
        {
            _used = true;
            return router._retry is null
                ? HandOver(queues, parts, router.PatienceOf(request), cancellationToken)
                : new(router.ConsumeWithRetries(request, parts, cancellationToken, roomAt: queues));
        }

        public void Dispose()
        {
            if (_used)
                return;
            _used = true;
            queues.GiveBack(parts);
            parts.Dispose();
        }
    }
}
