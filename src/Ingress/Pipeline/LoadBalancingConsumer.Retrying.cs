using OrleansLb.Grains.Dealing;
using OrleansLb.Grains.Exporting;
using OrleansLb.Grains.Sending;

namespace OrleansLb.Ingress.Pipeline;

/// <summary>The retries of <c>retry_on_failure</c>: of each request only what nobody took, dealt out again by the newest table.</summary>
public sealed partial class LoadBalancingConsumer
{
    /// <summary>The Collector's limit of an attempt when none is configured.</summary>
    private static readonly TimeSpan DefaultAttempt = TimeSpan.FromSeconds(5);

    /// <param name="request">The request; the caller keeps its payloads until the answer.</param>
    /// <param name="parts">Its parts by the newest table; null when there is nobody to deal to as yet.</param>
    /// <param name="cancellationToken">Ends the retries, not the calls that are under way.</param>
    private async Task<ConsumeResult> ConsumeWithRetries(ReceivedRequest request, DealtParts? parts, CancellationToken cancellationToken)
    {
        long began = _time.GetTimestamp();
        var schedule = new RetrySchedule(_retry!, Random.Shared.NextDouble);
        var undelivered = new List<ExportPart>();
        var tally = default(EnqueueTally);
        if (parts is null)
        {
            tally.Add(NoBackends);
            undelivered.Add(new ExportPart { Signal = request.Signal, ItemCount = request.ItemCount, Payload = request.Payload.Retain() });
        }
        else
        {
            tally = await Offer([parts], undelivered, tally, AttemptPatience(request, began)).ConfigureAwait(false);
        }

        while (undelivered.Count > 0)
        {
            var elapsed = _time.GetElapsedTime(began);
            if (schedule.Next(elapsed, tally.RetryAfter) is not { } delay || elapsed + delay >= (request.Patience ?? TimeSpan.MaxValue))
                break;
            await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
                break;
            (tally, undelivered) = await OfferAgain(undelivered, tally.WithoutRefusals(), AttemptPatience(request, began)).ConfigureAwait(false);
        }

        foreach (var part in undelivered)
            part.Payload.Release();
        return tally.ToResult();
    }

    private async Task<(EnqueueTally Tally, List<ExportPart> Undelivered)> OfferAgain(List<ExportPart> parts, EnqueueTally tally, TimeSpan patience)
    {
        var table = _tables.Current(ComponentId);
        if (table.IsEmpty)
        {
            tally.Add(NoBackends);
            return (tally, parts);
        }

        var router = RouterFor(ref table);
        var dealt = new List<DealtParts>(parts.Count);
        foreach (var part in parts)
        {
            _metrics.Rerouted(part.Signal, part.ItemCount);
            if (_dealer.TryDeal(part.Signal, _split, part.Payload, compressed: null, router, out var pieces, out string? error))
            {
                _slots.Routed(table, pieces);
                dealt.Add(pieces);
            }
            else
            {
                tally.Add(new EnqueueOutcome { Status = EnqueueStatus.Rejected, Message = error });
            }

            part.Payload.Release();
        }

        var undelivered = new List<ExportPart>();
        return (await Offer(dealt, undelivered, tally, patience).ConfigureAwait(false), undelivered);
    }

    /// <summary>Hands all parts over at the same time; those that may be taken later are retained and added to <paramref name="undelivered"/>.</summary>
    private async Task<EnqueueTally> Offer(List<DealtParts> dealt, List<ExportPart> undelivered, EnqueueTally tally, TimeSpan patience)
    {
        var calls = new List<(DealtParts Parts, int Index, Task<EnqueueOutcome> Answer)>();
        foreach (var parts in dealt)
        {
            for (int i = 0; i < parts.Count; i++)
                calls.Add((parts, i, Enqueue(parts[i], patience)));
        }

        foreach (var (parts, index, answer) in calls)
        {
            await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!answer.IsCompletedSuccessfully || answer.Result.Status is not (EnqueueStatus.Accepted or EnqueueStatus.Rejected))
                undelivered.Add(Retained(parts[index].Part));
            Take(answer, parts, index, ref tally);
        }

        foreach (var parts in dealt)
            parts.Dispose();
        return tally;
    }

    // A backend that does not answer must not use up the time for the retries.
    private TimeSpan AttemptPatience(ReceivedRequest request, long began)
    {
        var limit = _timeout > TimeSpan.Zero ? _timeout : DefaultAttempt;
        var left = (request.Patience ?? TimeSpan.MaxValue) - _time.GetElapsedTime(began);
        return left < limit ? TimeSpan.FromTicks(Math.Max(1, left.Ticks)) : limit;
    }

    private static ExportPart Retained(ExportPart part)
    {
        part.Payload.Retain();
        return part;
    }
}
