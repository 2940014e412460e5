using System.Collections.Immutable;
using OrleansLb.Grains.Routing;

namespace OrleansLb.Grains.Membership;

/// <summary>
/// Who owns which cells, as a pure function of endpoints and weights: replicas that see the same backends deal the same table, whatever came
/// before. Every backend has an order of its own over all cells (<see cref="CellOrder"/>) and takes the first one that is free, each in its turn, until it has its
/// share. Turns are the times of rendezvous hashing, so that a joiner takes its cells from everybody and a leaver's go to everybody.
/// </summary>
/// <remarks>
/// Taking pairs by ascending time while both sides are free is a stable matching, and there is only one: it does not matter how it is found.
/// A share that is exact to the cell moves more than it must, because whoever is full sends on what comes, so fleets of more than 16 get some
/// <see cref="Slack"/>: always less than a partition.
/// </remarks>
internal static class RendezvousPlan
{
    // few backends hardly need any; many would have unequal shares if it were more than a thirty-second of them
    private const int BackendsPerSlack = 16;
    private const int ShareParts = 32;
    private const ushort Nobody = ushort.MaxValue;
    private const ulong RankMask = Partitioning.Count - 1;

    /// <summary>The ring slot of each cell; empty when nobody may own one.</summary>
    /// <param name="seats">The seats, in any order, each endpoint once. Those that own no keys change nothing.</param>
    public static ushort[] Deal(ImmutableArray<SlotAssignment> seats)
    {
        var bidders = Bidders(seats);
        if (bidders.Length == 0)
            return [];

        int spare = Partitioning.Cells;
        foreach (var bidder in bidders)
            spare -= bidder.Least;
        var owners = new ushort[Partitioning.Cells];
        Array.Fill(owners, Nobody);
        var table = new Dealing { Owners = owners, Free = owners.Length, Spare = spare };
        if (bidders.All(static bidder => bidder.Weight == 1))
            DealInRounds(bidders, ref table);
        else
            DealByTime(bidders, ref table);
        return owners;
    }

    private static Bidder[] Bidders(ImmutableArray<SlotAssignment> seats)
    {
        Bidder[] bidders = [.. seats.Where(static seat => seat.OwnsKeys).Select(static seat => new Bidder(seat))];

        // whose turn it is when two have the same time must not hang on slot numbers, which are another process's own
        Array.Sort(bidders, static (x, y) => x.Order.Seed != y.Order.Seed
            ? x.Order.Seed.CompareTo(y.Order.Seed) : BackendOrder.Instance.Compare(x.Endpoint, y.Endpoint));
        if (bidders.Length == 0)
            return bidders;

        // only proportions count: twice all weights is the same table
        int divisor = bidders.Aggregate(0, static (divisor, bidder) => CommonDivisor(divisor, bidder.Weight));
        long weights = 0;
        foreach (var bidder in bidders)
            weights += bidder.Weight /= divisor;
        foreach (var bidder in bidders)
        {
            var (share, rest) = Math.DivRem((long)Partitioning.Cells * bidder.Weight, weights);
            int slack = Slack(bidders.Length, (int)share);
            bidder.Least = (int)share - slack;
            bidder.Most = (int)share + (rest > 0 ? 1 : 0) + slack;
        }

        return bidders;
    }

    private static int CommonDivisor(int x, int y)
    {
        while (y != 0)
            (x, y) = (y, x % y);
        return x;
    }

    /// <summary>How many cells a backend may have more or less than its share, which makes less than a partition with the rounding.</summary>
    private static int Slack(int backends, int share) =>
        Math.Min(Partitioning.CellsPerPartition - 1, Math.Min(backends / BackendsPerSlack, share / ShareParts));

    /// <summary>With equal weights everybody's n-th turn comes at the same time.</summary>
    private static void DealInRounds(Bidder[] bidders, ref Dealing table)
    {
        var open = bidders.AsSpan();
        while (table.Free > 0)
        {
            int stillOpen = 0;
            foreach (var bidder in open)
            {
                if (!bidder.MayTake(table))
                    continue;
                bidder.Bid(ref table);
                open[stillOpen++] = bidder;
            }

            open = open[..stillOpen];
        }
    }

    /// <summary>
    /// With weights, turns are taken from a binary heap of the next one of each: its time, with the bidder's rank in the lowest bits, which thereby
    /// decides between equal times.
    /// </summary>
    private static void DealByTime(Bidder[] bidders, ref Dealing table)
    {
        var turns = new ulong[bidders.Length];
        for (int rank = 0; rank < turns.Length; rank++)
            turns[rank] = (bidders[rank].NextTime() & ~RankMask) | (uint)rank;
        var heap = turns.AsSpan();
        heap.Sort();
        while (table.Free > 0)
        {
            int rank = (int)(heap[0] & RankMask);
            var next = bidders[rank];
            if (next.MayTake(table))
            {
                next.Bid(ref table);
                Sink(heap, (next.NextTime() & ~RankMask) | (uint)rank);
            }
            else
            {
                ulong last = heap[^1];
                heap = heap[..^1];
                Sink(heap, last);
            }
        }
    }

    /// <summary>Takes the first turn away and puts another one where it belongs.</summary>
    private static void Sink(Span<ulong> heap, ulong turn)
    {
        int root = 0;
        for (int child = 1; child < heap.Length; child = (2 * root) + 1)
        {
            if (child + 1 < heap.Length && heap[child + 1] < heap[child])
                child++;
            if (heap[child] > turn)
                break;
            heap[root] = heap[child];
            root = child;
        }

        heap[root] = turn;
    }

    private ref struct Dealing
    {
        public required ushort[] Owners { get; init; }

        /// <summary>Cells that nobody has.</summary>
        public int Free { get; set; }

        /// <summary>Of those, how many are left when everybody has got the least that it must have.</summary>
        public int Spare { get; set; }
    }

    private sealed class Bidder(SlotAssignment seat)
    {
        // The n-th smallest of as many exponential times as there are cells is 1/Cells + 1/(Cells - 1) + … on average (Rényi 1953), for a weight of
        // 1; a sum of whole numbers, because a logarithm of the library may differ in its last bit between machines.
        private const ulong One = 1UL << 58;

        private readonly ushort _slot = (ushort)seat.Slot;
        private ulong _elapsed;
        private int _turn;
        private int _cells;

        public string Endpoint => seat.Backend;

        public CellOrder Order { get; } = new(seat.Backend);

        public int Weight { get; set; } = seat.Weight;

        public int Least { get; set; }

        public int Most { get; set; }

        /// <summary>Once it may not, it never may again.</summary>
        public bool MayTake(in Dealing table) => _cells < Least || (table.Spare > 0 && _cells < Most);

        /// <summary>Takes its turn: the next cell of its order, if that is free.</summary>
        public void Bid(ref Dealing table)
        {
            ref ushort owner = ref table.Owners[Order.At(_turn++)];
            if (owner != Nobody)
                return;
            owner = _slot;
            table.Free--;
            if (_cells >= Least)
                table.Spare--;
            _cells++;
        }

        /// <summary>The time of its next turn, to be asked for once each turn.</summary>
        public ulong NextTime()
        {
            // after the last cell of its order there is no other turn, since nothing is free any more
            if (_turn < Partitioning.Cells)
                _elapsed += One / (uint)(Partitioning.Cells - _turn);
            return _elapsed / (uint)Weight;
        }
    }
}
