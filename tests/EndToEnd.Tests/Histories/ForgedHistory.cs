namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>A small history that holds, and ways to spoil it.</summary>
internal static class ForgedHistory
{
    /// <summary>Three keys with two items each, sent at 1 s and received at 2 s by the backends a, a and b; the counters say so.</summary>
    public static History Sound()
    {
        SentItem[][] requests = [[new(1, 1), new(2, 1)], [new(3, 2), new(4, 2)], [new(5, 3), new(6, 3)]];
        return new History
        {
            Backends = ["a", "b"],
            Attempts = [.. requests.Select(static items => Attempt(at: 1, items))],
            Receipts = [.. requests.SelectMany(static (items, request) => items.Select(item => Receipt(item.Id, item.Key, request / 2, at: 2)))],
            Changes = [new MembershipChange(TimeSpan.Zero, TimeSpan.Zero, [0, 1])],
            Lives = [new BalancerLife(IsDurable: true) { First = new CounterScrape(), Last = new CounterScrape { Accepted = 6, Routed = 6, Sent = 6 } }],
        };
    }

    public static Receipt Receipt(ulong item, UInt128 key, int backend, double at) => new(item, key, backend, TimeSpan.FromSeconds(at));

    public static History Receiving(this History history, Receipt receipt) => history with { Receipts = [.. history.Receipts, receipt] };

    public static History Losing(this History history, ulong item) => history with { Receipts = [.. history.Receipts.Where(receipt => receipt.Item != item)] };

    public static History Changing(this History history, ulong item, Func<Receipt, Receipt> change) =>
        history with { Receipts = [.. history.Receipts.Select(receipt => receipt.Item == item ? change(receipt) : receipt)] };

    public static History With(this History history, Func<CounterScrape, CounterScrape> last) =>
        history with { Lives = [history.Lives[0] with { Last = last(history.Lives[0].Last!) }] };

    public static History Answering(this History history, int attempt, AttemptOutcome outcome) =>
        history with { Attempts = [.. history.Attempts.Select((other, i) => i == attempt ? other with { Outcome = outcome, Answer = "14: forged" } : other)] };

    public static History Delaying(this History history, int attempt, TimeSpan delay) =>
        history with { Attempts = [.. history.Attempts.Select((other, i) => i == attempt ? other with { RetryDelay = delay } : other)] };

    public static History Resending(this History history, int attempt) => history with { Attempts = [.. history.Attempts, history.Attempts[attempt]] };

    /// <summary>A request was sent before, from second to second, and refused for now; the counters say so.</summary>
    public static History RefusingFirst(this History history, int attempt, double from, double to) => (history with
    {
        Attempts =
        [
            .. history.Attempts,
            history.Attempts[attempt] with
            {
                SentAt = TimeSpan.FromSeconds(from),
                AnsweredAt = TimeSpan.FromSeconds(to),
                Outcome = AttemptOutcome.RefusedForNow,
                Answer = "14: sending queue is full",
                RetryDelay = TimeSpan.FromSeconds(1),
            },
        ],
    }).With(last => last with { Refused = last.Refused + history.Attempts[attempt].Items.Length });

    /// <summary>One more request, received a second later, with the counters to match.</summary>
    public static History Sending(this History history, double at, SentItem[] items, int[] backends) => (history with
    {
        Attempts = [.. history.Attempts, Attempt(at, items)],
        Receipts = [.. history.Receipts, .. items.Zip(backends, (item, backend) => Receipt(item.Id, item.Key, backend, at + 1))],
    }).With(last => last with { Accepted = last.Accepted + items.Length, Routed = last.Routed + items.Length, Sent = last.Sent + items.Length });

    private static ClientAttempt Attempt(double at, SentItem[] items) =>
        new(Life: 0, TimeSpan.FromSeconds(at), TimeSpan.FromSeconds(at + 0.1), AttemptOutcome.Acknowledged, [.. items]);
}
