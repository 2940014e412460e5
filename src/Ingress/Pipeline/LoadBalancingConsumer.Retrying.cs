using OrleansLb.Grains.Dealing;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.SendingQueues;
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
    /// <param name="roomAt">Where the parts have room already, or null.</param>
    private async Task<ConsumeResult> ConsumeWithRetries(ReceivedRequest request, DealtParts? parts, CancellationToken cancellationToken, SlotQueues? roomAt = null)
    {
        var whole = new ExportPart { Signal = request.Signal, ItemCount = request.ItemCount, Payload = request.Payload };
        var (tally, undelivered) = await OfferUntilTaken(
            new FanOutRequest(whole) { Patience = request.Patience, Ended = cancellationToken, CallerGone = cancellationToken }, parts, roomAt).ConfigureAwait(false);
        foreach (var part in undelivered)
            part.Payload.Release();
        return undelivered.Count > 0 && cancellationToken.IsCancellationRequested ? ConsumeResult.Cancelled : tally.ToResult();
    }

    private async Task<(EnqueueTally Tally, List<ExportPart> Undelivered)> OfferUntilTaken(FanOutRequest request, DealtParts? parts, SlotQueues? roomAt = null)
    {
        long began = _time.GetTimestamp();
        var schedule = _retry is null ? null : new RetrySchedule(_retry, Random.Shared.NextDouble);
        var undelivered = new List<ExportPart>();
        var tally = default(EnqueueTally);
        if (parts is null)
        {
            tally.Add(NoBackends, request.Request.ItemCount);
            undelivered.Add(Retained(request.Request));
        }
        else
        {
            tally = await Offer([parts], undelivered, tally, request, AttemptPatience(request, began), roomAt).ConfigureAwait(false);
        }

        while (undelivered.Count > 0 && schedule is not null)
        {
            var elapsed = _time.GetElapsedTime(began);
            if (schedule.Next(elapsed, tally.RetryAfter) is not { } delay || elapsed + delay >= (request.Patience ?? TimeSpan.MaxValue))
                break;
            await Pause(delay, request).ConfigureAwait(false);
            if (request.Ended.IsCancellationRequested)
                break;
            (tally, undelivered) = await OfferAgain(undelivered, tally.WithoutRefusals(), request, AttemptPatience(request, began)).ConfigureAwait(false);
        }

        return (tally, undelivered);
    }

    private async Task Pause(TimeSpan delay, FanOutRequest request)
    {
        // whoever is in a hurry has the next attempt made at once, and waits like everybody else for those after it
        using var cutShort = CancellationTokenSource.CreateLinkedTokenSource(
            request.Ended, request.Hurry.IsCancellationRequested ? CancellationToken.None : request.Hurry);
        await Task.Delay(delay, _time, cutShort.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<(EnqueueTally Tally, List<ExportPart> Undelivered)> OfferAgain(
        List<ExportPart> parts, EnqueueTally tally, FanOutRequest request, TimeSpan patience)
    {
        var table = _tables.Current(ComponentId);
        if (table.IsEmpty)
        {
            tally.Add(NoBackends, 0);
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
                tally.Add(new EnqueueOutcome { Status = EnqueueStatus.Rejected, Message = error }, part.ItemCount);
            }

            part.Payload.Release();
        }

        var undelivered = new List<ExportPart>();
        return (await Offer(dealt, undelivered, tally, request, patience).ConfigureAwait(false), undelivered);
    }

    /// <summary>
    /// Takes room for all parts and hands them over at the same time; those that may be taken later are retained and added to <paramref name="undelivered"/>: all of them when
    /// there is no room.
    /// </summary>
    private async Task<EnqueueTally> Offer(
        List<DealtParts> dealt, List<ExportPart> undelivered, EnqueueTally tally, FanOutRequest request, TimeSpan patience, SlotQueues? roomAt = null)
    {
        var (queues, room) = roomAt is not null ? (roomAt, EnqueueOutcome.Accepted) : await ReserveForOffer(dealt, request, patience).ConfigureAwait(false);
        if (room.Status == EnqueueStatus.Accepted)
            tally = await HandOver(queues, dealt, undelivered, tally, request, patience).ConfigureAwait(false);
        else
            tally.Add(room, 0);

        foreach (var parts in dealt)
        {
            for (int i = 0; room.Status != EnqueueStatus.Accepted && i < parts.Count; i++)
            {
                undelivered.Add(Retained(parts[i].Part));
                _metrics.EnqueueFailed(parts[i].Part.Signal, parts[i].Part.ItemCount);
            }

            parts.Dispose();
        }

        return tally;
    }

    // What a sending queue has accepted waits for room as long as the process can wait: the alternative is to drop it.
    private async Task<(SlotQueues Queues, EnqueueOutcome Outcome)> ReserveForOffer(List<DealtParts> dealt, FanOutRequest request, TimeSpan patience)
    {
        var first = _lanes.Next();
        if (request.Patience is not null || _retry is not null || request.CallerGone.CanBeCanceled)
            return await Reserve(first, dealt, patience > TimeSpan.Zero ? first.WaitOf(patience) : Timeout.InfiniteTimeSpan, request.CallerGone).ConfigureAwait(false);
        var (queues, outcome) = await Reserve(first, dealt, Timeout.InfiniteTimeSpan, request.Ended).ConfigureAwait(false);
        return (queues, outcome.Status == EnqueueStatus.Cancelled ? EnqueueOutcome.Stopping : outcome);
    }

    private static async Task<EnqueueTally> HandOver(
        SlotQueues queues, List<DealtParts> dealt, List<ExportPart> undelivered, EnqueueTally tally, FanOutRequest request, TimeSpan patience)
    {
        var terms = queues.TermsFor(patience);
        var lost = queues.Lost;
        var calls = new List<(DealtParts Parts, int Index, Task<EnqueueOutcome> Answer)>();
        foreach (var parts in dealt)
        {
            for (int i = 0; i < parts.Count; i++)
                calls.Add((parts, i, queues.Enqueue(request.AwaitsDelivery ? Awaited(parts[i]) : parts[i], terms, request.CallerGone)));
        }

        foreach (var (parts, index, answer) in calls)
        {
            await LaneAnswers.WhenAnswered(answer, lost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!answer.IsCompletedSuccessfully || answer.Result.Status is not (EnqueueStatus.Accepted or EnqueueStatus.Rejected))
                undelivered.Add(Retained(parts[index].Part));
            queues.Take(answer, parts, index, ref tally);
        }

        return tally;
    }

    // A backend that does not answer must not use up the time for the retries. Zero: for as long as the ring slot tries.
    private TimeSpan AttemptPatience(FanOutRequest request, long began)
    {
        if (request is { AwaitsDelivery: true, Patience: null } && _retry is null)
            return TimeSpan.Zero;
        var limit = _timeout > TimeSpan.Zero ? _timeout : DefaultAttempt;
        var left = (request.Patience ?? TimeSpan.MaxValue) - _time.GetElapsedTime(began);
        return left < limit ? TimeSpan.FromTicks(Math.Max(1, left.Ticks)) : limit;
    }

    private static DealtPart Awaited(in DealtPart part) => part with { Part = part.Part with { AwaitsDelivery = true } };

    private static ExportPart Retained(ExportPart part)
    {
        part.Payload.Retain();
        return part;
    }
}
