using System.Collections.Immutable;

namespace OrleansLb.Grains.Membership;

/// <summary>Who sits where after a change of the membership. Whoever stays keeps the seat.</summary>
internal static class SeatPlan
{
    /// <param name="taken">The seats so far, by slot.</param>
    /// <param name="backends">The membership from now on, sorted by <see cref="BackendOrder"/>.</param>
    /// <param name="epoch">The epoch of the change.</param>
    /// <param name="replaceLeavers">Joiners, in their order, take the seats of those who leave at the same time, lowest first.</param>
    /// <returns>The seats by slot. A joiner without a leaver's seat has the lowest number that was free before.</returns>
    public static ImmutableArray<SlotAssignment> Seat(ImmutableArray<SlotAssignment> taken, string[] backends, long epoch, bool replaceLeavers)
    {
        var staying = new List<SlotAssignment>(backends.Length);
        var leaving = new Queue<SlotAssignment>();
        var joining = new Queue<string>();
        Compare(taken, backends, staying, leaving, joining);

        while (replaceLeavers && leaving.Count > 0 && joining.Count > 0)
            staying.Add(leaving.Dequeue() with { Backend = joining.Dequeue() });

        var occupied = taken.Select(static seat => seat.Slot).ToHashSet();
        for (int slot = 0; joining.Count > 0; slot++)
        {
            if (!occupied.Contains(slot))
                staying.Add(new SlotAssignment(slot, joining.Dequeue(), epoch));
        }

        staying.Sort(static (x, y) => x.Slot.CompareTo(y.Slot));
        return [.. staying];
    }

    private static void Compare(
        ImmutableArray<SlotAssignment> taken, string[] backends, List<SlotAssignment> staying, Queue<SlotAssignment> leaving, Queue<string> joining)
    {
        var seats = taken.OrderBy(static seat => seat.Backend, BackendOrder.Instance).ThenBy(static seat => seat.Slot).ToArray();
        var left = new List<SlotAssignment>();
        int next = 0;
        foreach (string backend in backends)
        {
            while (next < seats.Length && BackendOrder.Instance.Compare(seats[next].Backend, backend) < 0)
                left.Add(seats[next++]);

            if (next < seats.Length && seats[next].Backend == backend)
                staying.Add(seats[next++]);
            else
                joining.Enqueue(backend);
        }

        left.AddRange(seats.Skip(next));
        left.Sort(static (x, y) => x.Slot.CompareTo(y.Slot));
        left.ForEach(leaving.Enqueue);
    }
}
