using Microsoft.Extensions.Logging;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.Queueing;
using OrleansLb.Grains.Sending;

namespace OrleansLb.Grains.Exporting;

// A part that is larger than its backend takes is cut at item borders and sent in pieces, once the backend has told its limit.
internal sealed partial class ExporterGrain
{
    private KnownLimit? _limit;

    private KnownLimit Limit => _limit ??= new KnownLimit(time);

    /// <summary>Cuts a part that is known to be too large, and sees its pieces through.</summary>
    /// <returns>False when it is not, or cannot be cut: then the part is still to be sent.</returns>
    private async Task<bool> TrySendCut(QueuedPart part, string endpoint)
    {
        if (Limit.Of(endpoint) is not { } limit || !IsWorthCutting(part, limit) || await _queue.CutTo(part, limit) is not { } pieces)
            return false;

        _metrics.RequestCut();
        foreach (var piece in pieces)
            await SeeThrough(piece);
        return true;
    }

    /// <summary>Keeps the limit that a refusal tells.</summary>
    /// <returns>Whether the part can be cut by it.</returns>
    private bool LearnLimit(QueuedPart part, string endpoint, ExportOutcome? outcome)
    {
        if (MessageLimit.Of(outcome, part.PlainLength) is not { } limit)
            return false;
        if (Limit.Learn(endpoint, limit))
            LogLimit(endpoint, limit);
        return IsWorthCutting(part, limit);
    }

    // The same for a caller that waits with the queue off. The part stays with whoever has it.
    private async Task<EnqueueOutcome?> DeliverCut(QueuedPart part, string endpoint, TimeSpan patience, bool retry)
    {
        if (Limit.Of(endpoint) is not { } limit || !IsWorthCutting(part, limit))
            return null;

        var pieces = await _queue.CopyCut(part, limit);
        _metrics.RequestCut();
        Array.ForEach(pieces, _queue.Admit);
        long began = time.GetTimestamp();
        var outcome = EnqueueOutcome.Accepted;
        try
        {
            foreach (var piece in pieces)
            {
                var left = EnqueueTerms.PatienceLeft(patience, time.GetElapsedTime(began));
                outcome = outcome.OrWorse(await DeliverWithin(piece, left, retry));
            }
        }
        finally
        {
            Array.ForEach(pieces, _queue.Finish);
        }

        return outcome;
    }

    private static bool IsWorthCutting(QueuedPart part, int limit) => part.PlainLength > limit && (part.CutTo == 0 || limit < part.CutTo);

    [LoggerMessage(LogLevel.Warning, "Backend {Endpoint} takes no request of more than {Limit} bytes: what is larger is cut between its items")]
    private partial void LogLimit(string endpoint, int limit);
}
