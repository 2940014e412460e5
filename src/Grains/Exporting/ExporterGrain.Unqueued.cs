using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.Queueing;
using OrleansLb.Grains.Sending;

namespace OrleansLb.Grains.Exporting;

internal sealed partial class ExporterGrain
{
    // With the queue off: whoever hands a part over waits for what becomes of it, and hears of a failure instead of a drop.
    private async Task<EnqueueOutcome> DeliverWhileCallerWaits(ExportPart message, TimeSpan patience, CancellationToken gone)
    {
        var part = new QueuedPart(message, _key.Slot, _watch.SinceOf(_key.Slot)) { CallerGone = gone };
        _queue.Admit(part);
        try
        {
            return await DeliverWithin(part, patience > TimeSpan.Zero ? patience : Timeout.InfiniteTimeSpan, retry: patience > TimeSpan.Zero);
        }
        finally
        {
            _queue.Finish(part);
            EndIfUnneeded();
        }
    }

    private async Task<EnqueueOutcome> DeliverWithin(QueuedPart part, TimeSpan patience, bool retry)
    {
        long began = time.GetTimestamp();
        while (!_queue.IsAbandoned)
        {
            if (part.IsWithdrawn)
                return Fail(part, EnqueueStatus.Cancelled, EnqueueOutcome.Cancelled.Message!, retryAfter: null);
            if (_watch.EndpointOf(part.Slot) is not { } endpoint)
                return await DealWithin(part, retry ? Left() : TimeSpan.Zero);

            if (await DeliverCut(part, endpoint, Left(), retry) is { } cut)
                return cut;

            var outcome = await Attempt(part, endpoint, Shorter(_options.Timeout, Left()));
            if (LearnLimit(part, endpoint, outcome) && await DeliverCut(part, endpoint, Left(), retry) is { } delivered)
                return delivered;

            switch (outcome)
            {
                case ExportOutcome.Delivered or ExportOutcome.PartiallyRejected:
                    return EnqueueOutcome.Accepted;
                case ExportOutcome.Permanent refused:
                    return Fail(part, EnqueueStatus.Rejected, $"{refused.Code}: {refused.Message}", retryAfter: null);
                case ExportOutcome.Retryable failed when !part.IsWithdrawn:
                    var delay = part.NextRetry(failed.RetryDelay, time);
                    if (!retry || _queue.IsStopping || delay is null || delay >= Left())
                        return Fail(part, EnqueueStatus.Failed, $"{failed.Code}: {failed.Message}", failed.RetryDelay ?? delay);
                    if (!failed.IsLinkLost)
                        await WaitToRetry(part, endpoint, delay.Value);
                    break;
            }
        }

        return Fail(part, EnqueueStatus.Stopping, EnqueueOutcome.Stopping.Message!, retryAfter: null);

        TimeSpan Left() => patience == Timeout.InfiniteTimeSpan
            ? patience
            : TimeSpan.FromTicks(Math.Max(1, (patience - time.GetElapsedTime(began)).Ticks));
    }

    private async Task<EnqueueOutcome> DealWithin(QueuedPart part, TimeSpan patience)
    {
        var table = _watch.Current;
        if (table.IsEmpty)
            return Fail(part, EnqueueStatus.Failed, "no backend is known", retryAfter: null);
        var (dealt, error) = await Deal(part, table);
        if (dealt is null)
            return Fail(part, EnqueueStatus.Rejected, error!, retryAfter: null);

        using (dealt)
        {
            var answers = new Task<EnqueueOutcome>[dealt.Count];
            for (int i = 0; i < answers.Length; i++)
            {
                var (slot, piece) = dealt[i];
                answers[i] = slot == _key.Slot
                    ? Task.FromResult(Fail(part, EnqueueStatus.Failed, "the ring slot is vacant", retryAfter: null))
                    : GrainFactory.GetGrain<IExporterGrain>((_key with { Slot = slot }).ToString()).EnqueueAndWait(piece, new EnqueueTerms { Patience = patience }, part.CallerGone);
            }

            return Worst(await Task.WhenAll(answers));
        }
    }

    private EnqueueOutcome Fail(QueuedPart part, EnqueueStatus status, string message, TimeSpan? retryAfter)
    {
        _metrics.SendFailed(part.Signal, part.Items);
        return new EnqueueOutcome { Status = status, Message = message, RetryAfter = retryAfter };
    }

    private static EnqueueOutcome Worst(ReadOnlySpan<EnqueueOutcome> outcomes)
    {
        var worst = EnqueueOutcome.Accepted;
        foreach (var outcome in outcomes)
            worst = worst.OrWorse(outcome);
        return worst;
    }

    private static TimeSpan Shorter(TimeSpan timeout, TimeSpan left)
    {
        if (left == Timeout.InfiniteTimeSpan)
            return timeout;
        return timeout > TimeSpan.Zero && timeout < left ? timeout : left;
    }
}
