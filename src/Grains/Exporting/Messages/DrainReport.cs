namespace OrleansLb.Grains.Exporting.Messages;

/// <summary>What was left in one queue when the time for draining was over.</summary>
/// <param name="Slot">The ring slot; null for a queue before the split.</param>
/// <param name="Backend">Its backend, or null while the seat is vacant.</param>
/// <param name="Requests">Parts that were not delivered.</param>
/// <param name="Items">Items in those parts.</param>
/// <param name="Kept">Parts that were not delivered either and stay in the queue's store.</param>
/// <param name="SendingQueue">The key of a queue before the split, else null.</param>
[GenerateSerializer, Immutable, Alias("orleanslb.DrainReport")]
public sealed record DrainReport(
    [property: Id(0)] int? Slot,
    [property: Id(1)] string? Backend,
    [property: Id(2)] int Requests,
    [property: Id(3)] long Items,
    [property: Id(4)] int Kept = 0,
    [property: Id(5)] string? SendingQueue = null);
