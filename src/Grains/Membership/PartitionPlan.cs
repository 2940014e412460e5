using System.Collections.Immutable;
using OrleansLb.Grains.Routing;

namespace OrleansLb.Grains.Membership;

/// <summary>
/// Who owns which partitions after a change of the seats: every seat has the share of its weight, rounded down or up, and no partition
/// moves that could have stayed. Ties go to the lower seat and the lower partition, so that equal changes give equal tables.
/// </summary>
internal static class PartitionPlan
{
    private const int Nobody = -1;

    /// <param name="owners">The seat of each partition so far; empty when none has been dealt.</param>
    /// <param name="seats">The taken seats from now on, by slot; not all of weight 0.</param>
    public static ImmutableArray<ushort> Deal(ImmutableArray<ushort> owners, ImmutableArray<SlotAssignment> seats)
    {
        if (seats.IsEmpty)
            return [];

        var load = new int[seats[^1].Slot + 1];
        Array.Fill(load, Nobody);
        foreach (var seat in seats)
            load[seat.Slot] = 0;

        var dealt = Keep(owners, load);
        var target = Targets(seats, load);
        TakeExcess(dealt, load, target);
        DealOut(dealt, seats, load, target);
        return [.. dealt.Select(static slot => (ushort)slot)];
    }

    /// <summary>What stays where it is unless it is too much; counts it.</summary>
    private static int[] Keep(ImmutableArray<ushort> owners, int[] load)
    {
        var kept = new int[Partitioning.Count];
        for (int partition = 0; partition < kept.Length; partition++)
        {
            int owner = partition < owners.Length ? owners[partition] : Nobody;
            bool stays = (uint)owner < (uint)load.Length && load[owner] != Nobody;
            kept[partition] = stays ? owner : Nobody;
            if (stays)
                load[owner]++;
        }

        return kept;
    }

    /// <summary>
    /// What the shares leave over when they are rounded down goes, one each, first to those who have it already, which spares the most
    /// moves, then to the largest fractions.
    /// </summary>
    private static int[] Targets(ImmutableArray<SlotAssignment> seats, int[] load)
    {
        long weights = seats.Sum(static seat => (long)seat.Weight);
        var target = new int[load.Length];
        var fractions = new List<(int Slot, long Fraction, int Surplus)>(seats.Length);
        int rest = Partitioning.Count;
        foreach (var seat in seats)
        {
            var (share, fraction) = Math.DivRem(seat.Weight * (long)Partitioning.Count, weights);
            target[seat.Slot] = (int)share;
            rest -= (int)share;
            fractions.Add((seat.Slot, fraction, load[seat.Slot] - (int)share));
        }

        // a share without a fraction is exact: there are more fractions than are left over
        foreach (var (slot, _, _) in fractions
            .Where(static f => f.Fraction > 0)
            .OrderByDescending(static f => f.Surplus > 0).ThenByDescending(static f => f.Fraction)
            .ThenByDescending(static f => f.Surplus).ThenBy(static f => f.Slot)
            .Take(rest))
        {
            target[slot]++;
        }

        return target;
    }

    private static void TakeExcess(int[] dealt, int[] load, int[] target)
    {
        for (int partition = 0; partition < dealt.Length; partition++)
        {
            int owner = dealt[partition];
            if (owner == Nobody || load[owner] <= target[owner])
                continue;
            load[owner]--;
            dealt[partition] = Nobody;
        }
    }

    /// <summary>Each partition without an owner goes to the seat that lacks the most.</summary>
    private static void DealOut(int[] dealt, ImmutableArray<SlotAssignment> seats, int[] load, int[] target)
    {
        var lacking = new PriorityQueue<int, (int Surplus, int Slot)>();
        foreach (var seat in seats)
            lacking.Enqueue(seat.Slot, (load[seat.Slot] - target[seat.Slot], seat.Slot));

        for (int partition = 0; partition < dealt.Length; partition++)
        {
            if (dealt[partition] != Nobody)
                continue;
            int slot = lacking.Dequeue();
            dealt[partition] = slot;
            load[slot]++;
            lacking.Enqueue(slot, (load[slot] - target[slot], slot));
        }
    }
}
