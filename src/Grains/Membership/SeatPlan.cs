using System.Collections.Immutable;

namespace OrleansLb.Grains.Membership;

/// <summary>Who sits where after a change of the membership. Whoever stays keeps the seat.</summary>
internal static class SeatPlan
{
    /// <param name="taken">The seats so far, by slot.</param>
    /// <param name="backends">The membership from now on, sorted by <see cref="BackendOrder"/>.</param>
    /// <param name="epoch">The epoch of the change.</param>
    /// <param name="replaceLeavers">
    /// Joiners, in their order, take the seats of those who leave at the same time: the lowest of their own weight, so that no partition has to
    /// move, then the lowest of those that are left.
    /// </param>
    /// <returns>The seats by slot. A joiner without a leaver's seat has the lowest number that was free before.</returns>
    public static ImmutableArray<SlotAssignment> Seat(ImmutableArray<SlotAssignment> taken, Backend[] backends, long epoch, bool replaceLeavers)
    {
        var staying = new List<SlotAssignment>(backends.Length);
        var leaving = new List<SlotAssignment>();
        var joining = new List<Backend>();
        Compare(taken, backends, staying, leaving, joining);
        if (replaceLeavers)
        {
            Replace(staying, leaving, joining, static (seat, joiner) => seat.Weight == joiner.Weight);
            Replace(staying, leaving, joining, static (_, _) => true);
        }

        var occupied = taken.Select(static seat => seat.Slot).ToHashSet();
        int slot = 0;
        foreach (var joiner in joining)
        {
            while (occupied.Contains(slot))
                slot++;
            staying.Add(new SlotAssignment(slot++, "", epoch).With(joiner));
        }

        staying.Sort(static (x, y) => x.Slot.CompareTo(y.Slot));
        return [.. staying];
    }

    private static void Replace(
        List<SlotAssignment> staying, List<SlotAssignment> leaving, List<Backend> joining, Func<SlotAssignment, Backend, bool> fits)
    {
        var stillJoining = new List<Backend>();
        foreach (var joiner in joining)
        {
            int seat = leaving.FindIndex(seat => fits(seat, joiner));
            if (seat < 0)
            {
                stillJoining.Add(joiner);
                continue;
            }

            staying.Add(leaving[seat].With(joiner));
            leaving.RemoveAt(seat);
        }

        joining.Clear();
        joining.AddRange(stillJoining);
    }

    private static void Compare(
        ImmutableArray<SlotAssignment> taken, Backend[] backends, List<SlotAssignment> staying, List<SlotAssignment> leaving, List<Backend> joining)
    {
        var seats = taken.OrderBy(static seat => seat.Backend, BackendOrder.Instance).ThenBy(static seat => seat.Slot).ToArray();
        int next = 0;
        foreach (var backend in backends)
        {
            while (next < seats.Length && BackendOrder.Instance.Compare(seats[next].Backend, backend.Endpoint) < 0)
                leaving.Add(seats[next++]);

            if (next < seats.Length && seats[next].Backend == backend.Endpoint)
                staying.Add(seats[next++].With(backend));
            else
                joining.Add(backend);
        }

        leaving.AddRange(seats.Skip(next));
        leaving.Sort(static (x, y) => x.Slot.CompareTo(y.Slot));
    }
}
