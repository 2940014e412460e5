namespace OrleansLb.Bench.Subjects;

/// <summary>What the stored queues of a process have written since its start.</summary>
/// <param name="Requests">Requests (parts) that were stored.</param>
/// <param name="Segments">Writes that held them: fewer than requests when several share a write.</param>
/// <param name="Transactions">Transactions of the store, acknowledgements included.</param>
internal sealed record StoreCounters(double Requests, double Segments, double Transactions)
{
    /// <summary>Nothing is stored.</summary>
    public static StoreCounters None { get; } = new(0, 0, 0);

    /// <summary>What was added since <paramref name="earlier"/>.</summary>
    public StoreCounters Since(StoreCounters earlier) =>
        new(Requests - earlier.Requests, Segments - earlier.Segments, Transactions - earlier.Transactions);
}
