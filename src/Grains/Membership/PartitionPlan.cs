using System.Collections.Immutable;
using OrleansLb.Grains.Routing;

namespace OrleansLb.Grains.Membership;

/// <summary>
/// Who owns which partitions after a change of the seats: every seat has the share or one more, and no partition moves
/// that could have stayed. Ties go to the lower seat and the lower partition, so that equal changes give equal tables.
/// </summary>
internal static class PartitionPlan
{
    private const int Nobody = -1;

    /// <param name="owners">The seat of each partition so far; empty when none has been dealt.</param>
    /// <param name="seats">The taken seats from now on, by slot.</param>
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

    /// <summary>The shares that do not divide evenly go to those who have the most: that spares the most moves.</summary>
    private static int[] Targets(ImmutableArray<SlotAssignment> seats, int[] load)
    {
        var (share, rest) = Math.DivRem(Partitioning.Count, seats.Length);
        var target = new int[load.Length];
        int rank = 0;
        foreach (var seat in seats.OrderByDescending(seat => load[seat.Slot]).ThenBy(static seat => seat.Slot))
            target[seat.Slot] = rank++ < rest ? share + 1 : share;
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
