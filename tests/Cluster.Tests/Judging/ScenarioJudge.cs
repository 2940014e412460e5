using OrleansLb.Cluster.Tests.Running;
using OrleansLb.Cluster.Tests.Scenarios;
using OrleansLb.EndToEnd.Tests.Histories;

namespace OrleansLb.Cluster.Tests.Judging;

/// <summary>Says what came of a run, and whether that is what is wanted: nothing lost, nobody kept waiting, dead lanes delivered soon, nothing refused in good order.</summary>
internal static class ScenarioJudge
{
    private static readonly TimeSpan s_lanesDelivered = TimeSpan.FromSeconds(10);

    // what the history checker says of a cluster as it does of one process; losses and copies are counted here, by whose they are
    private static readonly Invariant[] s_invariants = [Invariant.I0Authentic, Invariant.I3OneOwner, Invariant.I5Refusals];

    public static ScenarioResult Judge(Scenario scenario, bool isDurable, ClusterRecord record, History history, TimeSpan mostStall)
    {
        var arrivals = Arrivals(history);
        long acknowledged = 0;
        long lost = 0;
        long lostWithProcess = 0;
        TimeSpan? delivered = null;
        foreach (var attempt in history.Attempts)
        {
            if (attempt.Outcome != AttemptOutcome.Acknowledged)
                continue;
            var lane = record.DeadLanes.FirstOrDefault(lane => lane.MayHold(attempt));
            acknowledged += attempt.Items.Length;
            foreach (var item in attempt.Items)
            {
                if (!arrivals.TryGetValue(item.Id, out var arrival))
                {
                    bool diedWithIt = lane is { MemoryDies: true } && !isDurable;
                    lostWithProcess += diedWithIt ? 1 : 0;
                    lost += diedWithIt ? 0 : 1;
                }
                else if (lane is not null && attempt.AnsweredAt <= lane.Gone)
                {
                    var after = arrival.First - lane.Gone;
                    delivered = after > (delivered ?? TimeSpan.Zero) ? after : delivered ?? TimeSpan.Zero;
                }
            }
        }

        var stall = LongestStall(record);
        var result = new ScenarioResult
        {
            Scenario = scenario.Name,
            IsDurable = isDurable,
            Acknowledged = acknowledged,
            Rate = acknowledged / Math.Max(1, history.Attempts.Select(static attempt => attempt.AnsweredAt.TotalSeconds).DefaultIfEmpty().Max()
                - history.Attempts.Select(static attempt => attempt.SentAt.TotalSeconds).DefaultIfEmpty().Min()),
            Lost = lost,
            LostWithProcess = lostWithProcess,
            Duplicated = arrivals.Values.Sum(static arrival => arrival.Count - 1L),
            Refused = Count(AttemptOutcome.RefusedForNow, troubled: false),
            RefusedByTroubled = Count(AttemptOutcome.RefusedForNow, troubled: true),
            Unanswered = Count(AttemptOutcome.Unknown, troubled: false),
            UnansweredByTroubled = Count(AttemptOutcome.Unknown, troubled: true),
            LongestStall = stall.Lasting.TotalSeconds,
            LongestStallAt = stall.At.TotalSeconds,
            MachineStall = record.MachineStall.TotalSeconds,
            DeadLanesDelivered = delivered?.TotalSeconds,
            Notes = record.Notes,
        };
        return result with { Faults = [.. Faults(scenario, result, mostStall), .. record.Faults, .. Violations(history)] };

        long Count(AttemptOutcome outcome, bool troubled) =>
            history.Attempts.Count(attempt => attempt.Outcome == outcome && record.IsTroubled(attempt.Life, attempt.AnsweredAt) == troubled);
    }

    private static Dictionary<ulong, (TimeSpan First, int Count)> Arrivals(History history)
    {
        var arrivals = new Dictionary<ulong, (TimeSpan First, int Count)>();
        foreach (var receipt in history.Receipts)
        {
            arrivals[receipt.Item] = arrivals.TryGetValue(receipt.Item, out var former)
                ? (receipt.At < former.First ? receipt.At : former.First, former.Count + 1)
                : (receipt.At, 1);
        }

        return arrivals;
    }

    private static (TimeSpan At, TimeSpan Lasting) LongestStall(ClusterRecord record)
    {
        var longest = (At: TimeSpan.Zero, Lasting: TimeSpan.Zero);
        var now = record.History.Now;
        foreach (var exchange in record.Exchanges)
        {
            var end = exchange.AcknowledgedAt ?? now;
            bool counts = exchange.FirstSentAt >= record.Began && exchange.Lives.Count > 0 && !exchange.Lives.Any(life => record.IsTroubled(life, end));
            if (counts && end - exchange.FirstSentAt > longest.Lasting)
                longest = (exchange.FirstSentAt, end - exchange.FirstSentAt);
        }

        return longest;
    }

    private static IEnumerable<string> Faults(Scenario scenario, ScenarioResult result, TimeSpan mostStall)
    {
        if (result.Acknowledged == 0)
            yield return "nothing was acknowledged at all";
        if (result.Lost > 0)
            yield return $"{result.Lost} acknowledged spans are lost";
        if (result.LongestStall > mostStall.TotalSeconds)
            yield return FormattableString.Invariant($"a client of a healthy member waited {result.LongestStall:0.00} s from {result.LongestStallAt:0.0} s on");
        if (result.IsDurable && result.DeadLanesDelivered > s_lanesDelivered.TotalSeconds)
            yield return FormattableString.Invariant($"the dead lane was delivered {result.DeadLanesDelivered:0.0} s after it was known");
        long failed = result.Refused + result.RefusedByTroubled + result.Unanswered + result.UnansweredByTroubled;
        if (scenario.IsOrderly && failed > 0)
            yield return $"{failed} requests were refused or not answered although all went in good order";
    }

    private static IEnumerable<string> Violations(History history) => HistoryChecker.Check(history).Violations
        .Where(static violation => s_invariants.Contains(violation.Invariant))
        .Select(static violation => violation.ToString());
}
