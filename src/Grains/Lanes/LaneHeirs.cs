using Microsoft.Extensions.Logging;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.Queueing;

namespace OrleansLb.Grains.Lanes;

/// <summary>The same queue in the lanes of other living silos: they take what a queue has whose silo stops.</summary>
internal sealed partial class LaneHeirs(ILanes lanes, string key, string componentId, ILaneSiblings siblings, TimeProvider time, ILogger logger) : IPartHeirs
{
    /// <summary>Who does not answer an offer for so long may stand still; the next one is asked.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly EnqueueTerms Terms = new() { AcceptedBefore = true, PassedOn = true };

    /// <summary>Whether there is another lane at the moment.</summary>
    public bool Exist => lanes.IsCluster && lanes.OthersFor(key, componentId).Count > 0;

    public async ValueTask<bool> Take(ExportPart part, int slot) =>
        await Offer(part, slot, Terms, call => call.WaitAsync(Patience, time), CancellationToken.None) is { Status: EnqueueStatus.Accepted };

    public bool TryLeave(ExportPart part, int slot) => false;

    /// <summary>Passes a call on: whoever made it waits on its terms, and what was paid for is taken.</summary>
    /// <returns>Null when nobody took it.</returns>
    public Task<EnqueueOutcome?> PassOn(ExportPart part, int slot, EnqueueTerms terms, CancellationToken gone) => Offer(
        part, slot, terms with { PassedOn = true, AcceptedBefore = terms.AcceptedBefore || terms.Router is not null }, static call => call, gone);

    /// <summary>Asks the other lanes for room on behalf of a router: what it spends of it here is passed on to them.</summary>
    /// <returns>Null when all of them end as well.</returns>
    public async Task<CreditGrant?> PassOn(CreditRequest request)
    {
        foreach (string lane in lanes.OthersFor(key, componentId))
        {
            try
            {
                var grant = await siblings.GrantCredit(lane, request with { PassedOn = true });
                if (grant.Refusal is not { Status: EnqueueStatus.Stopping })
                    return grant;
            }
#pragma warning disable CA1031 // a grain that cannot be reached: the next one is asked
            catch (Exception fault)
#pragma warning restore CA1031
            {
                LogNotTaken(fault, key, lane);
            }
        }

        return null;
    }

    private async Task<EnqueueOutcome?> Offer(
        ExportPart part, int slot, EnqueueTerms terms, Func<Task<EnqueueOutcome>, Task<EnqueueOutcome>> wait, CancellationToken gone)
    {
        foreach (string lane in lanes.OthersFor(key, componentId))
        {
            try
            {
                var outcome = await wait(siblings.Enqueue(lane, slot, part, terms, gone));
                if (!outcome.IsRefusalOfQueue)
                    return outcome;
            }
#pragma warning disable CA1031 // a grain that cannot be reached: the next one is asked
            catch (Exception fault)
#pragma warning restore CA1031
            {
                // it may still read the bytes
                part.Payload.Retain().Leave();
                LogNotTaken(fault, key, lane);
            }
        }

        return null;
    }

    [LoggerMessage(LogLevel.Debug, "Lane {Lane} did not take what {Key} passes on")]
    private partial void LogNotTaken(Exception fault, string key, string lane);
}
