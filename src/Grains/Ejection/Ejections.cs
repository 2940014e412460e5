using System.Collections.Immutable;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;

namespace OrleansLb.Grains.Ejection;

/// <summary>The ejections of one exporter: who goes by the reports of the lanes, and who comes back by the probes. Used on its resolver grain's turns only.</summary>
internal sealed class Ejections(LoadBalancingOptions options, IOtlpClientPool clients, TimeProvider time) : IDisposable
{
    private readonly EjectionPolicy _policy = new(options.Ejection, time);
    private readonly BackendProbes _probes = new(clients, options, time);
    private Dictionary<int, (string Backend, long Since)> _seatings = [];

    /// <summary>Whether there is any such thing.</summary>
    public bool IsOn => options.Ejects;

    /// <summary>Takes note of what a lane has seen.</summary>
    public void Note(HealthReport report) => _policy.Note(report);

    /// <summary>Begins the probes that are due.</summary>
    public void Tick() => _probes.Tick();

    /// <summary>A state with those backends out that are to be out now.</summary>
    public MembershipState Settle(MembershipState state)
    {
        if (!IsOn || state.Lapsed)
            return state.Eject(ImmutableHashSet<int>.Empty);
        ForgetFormer(state.Slots);
        var owners = state.Slots.Where(static seat => seat.Weight > 0).ToArray();
        var outside = _policy.Decide(state.Slots).Except(owners.Where(seat => seat.IsEjected && _probes.IsWell(seat)).Select(static seat => seat.Slot));
        _probes.Keep(state.Slots.Select(static seat => seat.Backend).ToHashSet(StringComparer.Ordinal));
        foreach (var seat in owners)
        {
            if (!outside.Contains(seat.Slot))
            {
                if (seat.IsEjected)
                    _policy.Forget(seat.Slot);
                _probes.End(seat);
            }
            else if (!_probes.Watches(seat))
                _probes.Begin(seat);
        }

        return state.Eject(outside);
    }

    public void Dispose() => _probes.Dispose();

    // what was said of a seat was said of who sat there
    private void ForgetFormer(ImmutableArray<SlotAssignment> seats)
    {
        foreach (var (slot, seating) in _seatings)
        {
            if (!seats.Any(seat => seat.Slot == slot && (seat.Backend, seat.Since) == seating))
                _policy.Forget(slot);
        }

        _seatings = seats.ToDictionary(static seat => seat.Slot, static seat => (seat.Backend, seat.Since));
    }
}
