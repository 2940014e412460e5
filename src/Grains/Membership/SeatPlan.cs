using System.Collections.Immutable;

namespace OrleansLb.Grains.Membership;

/// <summary>Who sits where after a change of the membership. Whoever stays keeps the seat.</summary>
internal static class SeatPlan
{
    /// <param name="before">The seats so far.</param>
    /// <param name="backends">The membership from now on, sorted by <see cref="BackendOrder"/>.</param>
    /// <param name="epoch">The epoch of the change.</param>
    /// <param name="now">The time of the change.</param>
    /// <param name="window">
    /// How long the seats of leavers are kept. Joiners, in their order, take the seats of those who leave now or are gone already: their own
    /// first, then the lowest of their own weight, so that no partition has to move, then the lowest of those that are left. Null: nobody
    /// takes a leaver's seat.
    /// </param>
    /// <returns>The seats. A joiner without a leaver's seat has the lowest number that was free before.</returns>
    public static Seating Seat(in Seating before, Backend[] backends, long epoch, DateTimeOffset now, TimeSpan? window)
    {
        var staying = new List<SlotAssignment>(backends.Length);
        var vacant = new List<HeldSeat>();
        var joining = new List<Backend>();
        Compare(before.Taken, backends, now, staying, vacant, joining);
        vacant.AddRange(before.Held);
        vacant.Sort(static (x, y) => x.Seat.Slot.CompareTo(y.Seat.Slot));
        var occupied = before.Taken.Select(static seat => seat.Slot).Concat(before.Held.Select(static held => held.Seat.Slot)).ToHashSet();
        if (window is not null)
        {
            Replace(staying, vacant, joining, static (seat, joiner) => seat.Backend == joiner.Endpoint);
            Replace(staying, vacant, joining, static (seat, joiner) => seat.Weight == joiner.Weight);
            Replace(staying, vacant, joining, static (_, _) => true);
        }

        int slot = 0;
        foreach (var joiner in joining)
        {
            while (occupied.Contains(slot))
                slot++;
            staying.Add(new SlotAssignment(slot++, "", epoch).With(joiner));
        }

        staying.Sort(static (x, y) => x.Slot.CompareTo(y.Slot));
        return new Seating([.. staying], [.. vacant.Where(held => held.IsWithin(window ?? TimeSpan.Zero, now))]);
    }

    private static void Replace(
        List<SlotAssignment> staying, List<HeldSeat> vacant, List<Backend> joining, Func<SlotAssignment, Backend, bool> fits)
    {
        var stillJoining = new List<Backend>();
        foreach (var joiner in joining)
        {
            int seat = vacant.FindIndex(held => fits(held.Seat, joiner));
            if (seat < 0)
            {
                stillJoining.Add(joiner);
                continue;
            }

            staying.Add(vacant[seat].Seat.With(joiner));
            vacant.RemoveAt(seat);
        }

        joining.Clear();
        joining.AddRange(stillJoining);
    }

    private static void Compare(
        ImmutableArray<SlotAssignment> taken, Backend[] backends, DateTimeOffset now, List<SlotAssignment> staying, List<HeldSeat> leaving, List<Backend> joining)
    {
        var seats = taken.OrderBy(static seat => seat.Backend, BackendOrder.Instance).ThenBy(static seat => seat.Slot).ToArray();
        int next = 0;
        foreach (var backend in backends)
        {
            while (next < seats.Length && BackendOrder.Instance.Compare(seats[next].Backend, backend.Endpoint) < 0)
                leaving.Add(Left(seats[next++], now));

            if (next < seats.Length && seats[next].Backend == backend.Endpoint)
                staying.Add(seats[next++].With(backend));
            else
                joining.Add(backend);
        }

        leaving.AddRange(seats.Skip(next).Select(seat => Left(seat, now)));
    }

    // who comes back, or takes the seat over, begins in good health
    private static HeldSeat Left(SlotAssignment seat, DateTimeOffset now) => new(seat with { IsEjected = false }, now);
}
