namespace OrleansLb.Grains.Membership;

/// <summary>A ring slot and the backend that sits on it.</summary>
/// <param name="Slot">The seat's number; stays with the backend for as long as it lives.</param>
/// <param name="Backend">The endpoint as the resolver gave it, <c>host</c> or <c>host:port</c>.</param>
/// <param name="Since">
/// The epoch since which the seat has been taken without a break. A replacement goes on with it; once the seat was vacant, its keys have
/// been dealt out, and whoever takes it then is a stranger to what was queued for it before.
/// </param>
/// <param name="SetWeight">
/// The backend's weight; null when it is the ordinary one, as in every state that was stored before there were weights.
/// </param>
/// <param name="IsEjected">The backend takes nothing any more: it keeps its seat and owns no keys until it is found well again.</param>
[GenerateSerializer, Immutable, Alias("orleanslb.SlotAssignment")]
public sealed record SlotAssignment(
    [property: Id(0)] int Slot,
    [property: Id(1)] string Backend,
    [property: Id(2)] long Since = 0,
    [property: Id(3)] int? SetWeight = null,
    [property: Id(4)] bool IsEjected = false)
{
    /// <summary>The backend's weight, from 0.</summary>
    public int Weight => SetWeight ?? Membership.Backend.OrdinaryWeight;

    /// <summary>Whether the table may give it keys.</summary>
    public bool OwnsKeys => Weight > 0 && !IsEjected;

    /// <summary>The same seat with this backend on it.</summary>
    internal SlotAssignment With(Backend backend) =>
        this with
        {
            Backend = backend.Endpoint,
            SetWeight = backend.Weight == Membership.Backend.OrdinaryWeight ? null : backend.Weight,
            IsEjected = IsEjected && Backend == backend.Endpoint,
        };
}
