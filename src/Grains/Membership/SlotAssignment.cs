namespace OrleansLb.Grains.Membership;

/// <summary>A ring slot and the backend that sits on it.</summary>
/// <param name="Slot">The seat's number; stays with the backend for as long as it lives.</param>
/// <param name="Backend">The endpoint as the resolver gave it, <c>host</c> or <c>host:port</c>.</param>
/// <param name="Since">
/// The epoch since which the seat has been taken without a break. A replacement goes on with it; once the seat was vacant, its keys have
/// been dealt out, and whoever takes it then is a stranger to what was queued for it before.
/// </param>
[GenerateSerializer, Immutable, Alias("orleanslb.SlotAssignment")]
public sealed record SlotAssignment([property: Id(0)] int Slot, [property: Id(1)] string Backend, [property: Id(2)] long Since = 0);
