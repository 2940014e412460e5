namespace OrleansLb.Grains.Membership;

/// <summary>
/// A vacant seat that is kept for a replacement: its partitions and its queue stay with it, and parts that come for it wait there.
/// </summary>
/// <param name="Seat">The seat as it was when its backend left.</param>
/// <param name="LeftAt">When that was seen, by the clock on the wall: it has to mean the same after a restart.</param>
[GenerateSerializer, Immutable, Alias("orleanslb.HeldSeat")]
public sealed record HeldSeat([property: Id(0)] SlotAssignment Seat, [property: Id(1)] DateTimeOffset LeftAt)
{
    /// <summary>Whether the seat is still kept. A clock that was set back further than the window ends it, too: it must not last for as long.</summary>
    internal bool IsWithin(TimeSpan window, DateTimeOffset now) => (now - LeftAt).Duration() < window;
}
