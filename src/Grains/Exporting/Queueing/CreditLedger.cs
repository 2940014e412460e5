using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Grains.Exporting.Queueing;

/// <summary>
/// Room of a queue that routers have been promised and have not filled yet. A router admits a request only when it holds credit for every part, so that a request is
/// accepted whole or refused whole, whichever processes its queues live in. Used on its grain's turns only.
/// </summary>
/// <remarks>
/// Credit is a promise: a part that is paid for is taken in even when the ledger has forgotten its router, since the router's request may have been accepted elsewhere in part.
/// What a router that has gone still held comes back after <see cref="Lease"/>; should it come again after all, the queue grows beyond its capacity by no more than that.
/// </remarks>
internal sealed class CreditLedger(PartQueue queue, long capacity, TimeProvider time)
{
    /// <summary>How long a router may be silent before what it holds is given to others.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, Account> _accounts = new(StringComparer.Ordinal);

    /// <summary>Tells this activation's credit from that of another.</summary>
    public long Session { get; } = Random.Shared.NextInt64(1, long.MaxValue);

    /// <summary>A part has arrived whose room is paid for.</summary>
    public void Redeem(string router, long room)
    {
        if (!_accounts.TryGetValue(router, out var account))
            return;
        account.Seen = time.GetTimestamp();
        TakeBack(account, room);
    }

    /// <summary>Takes note of what a router says of its credit.</summary>
    public void Settle(CreditRequest request)
    {
        if (!_accounts.TryGetValue(request.Router, out var account))
            _accounts.Add(request.Router, account = new Account());
        account.Seen = time.GetTimestamp();
        TakeBack(account, request.HoldsNone ? account.Held : request.Lost);
        TakeBackFromSilent();
    }

    /// <summary>
    /// Promises a router what it may have. Half of what is free always stays for one that has not come yet, unless this one needs it now, and with several of them none holds more
    /// than its part of the queue.
    /// </summary>
    /// <returns>The room that was promised.</returns>
    public long Promise(CreditRequest request)
    {
        if (!_accounts.TryGetValue(request.Router, out var account))
            return 0;
        long share = Math.Min(queue.Free / 2, (capacity / _accounts.Count) - account.Held);
        long room = Math.Clamp(Math.Max(request.Least, share), 0, queue.Free);
        account.Held += room;
        queue.Promise(room);
        return room;
    }

    private void TakeBackFromSilent()
    {
        if (_accounts.Count == 1)
            return;
        foreach (var (router, account) in _accounts)
        {
            if (time.GetElapsedTime(account.Seen) < Lease)
                continue;
            TakeBack(account, account.Held);
            _accounts.Remove(router);
        }
    }

    private void TakeBack(Account account, long room)
    {
        room = Math.Min(room, account.Held);
        account.Held -= room;
        queue.TakeBack(room);
    }

    private sealed class Account
    {
        public long Held { get; set; }

        public long Seen { get; set; }
    }
}
