using System.Collections.Immutable;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;

namespace OrleansLb.Grains.Membership;

/// <summary>Who sits on which seat and owns which partitions; what the resolver grain persists. Changes are pure functions.</summary>
[GenerateSerializer, Immutable, Alias("orleanslb.MembershipState")]
internal sealed record MembershipState
{
    /// <summary>Nobody has joined yet.</summary>
    public static MembershipState Empty { get; } = new();

    /// <summary>Grows with every change.</summary>
    [Id(0)]
    public long Epoch { get; init; }

    /// <summary>The taken seats, by slot.</summary>
    [Id(1)]
    public ImmutableArray<SlotAssignment> Slots { get; init; } = [];

    /// <summary>The ring slot of each partition; empty where the table follows from the seats: for several replicas, and with the Collector's rings.</summary>
    [Id(2)]
    public ImmutableArray<ushort> Partitions { get; init; } = [];

    /// <summary>The vacant seats that are kept for replacements, by slot; none where the table follows from the seats.</summary>
    [Id(3)]
    public ImmutableArray<HeldSeat> Held { get; init; } = [];

    /// <summary>The list has become too old to be used: nobody is told of the seats until there is an answer again.</summary>
    [Id(4)]
    public bool Lapsed { get; init; }

    /// <summary>The most backends that a ring can hold: one partition each, or as many as a slot number can tell apart.</summary>
    public static int Limit(RingKind ring) => ring == RingKind.Partitions ? Partitioning.Count : ushort.MaxValue;

    /// <summary>
    /// The state after the membership has become <paramref name="backends"/>, or this one if nothing changes. Seats are numbers of this
    /// writer alone; which backend owns a key depends on the set of backends with their weights, and for <see cref="ReplicaMode.Alone"/> also on what came before.
    /// </summary>
    /// <param name="backends">
    /// The backends, in any order. Duplicates count once, with the largest of their weights, but each by itself on the Collector's rings, where
    /// they weigh double and other weights are not looked at.
    /// </param>
    /// <param name="ring">How keys map to backends.</param>
    /// <param name="replicas">Whether the table may go on from the one before.</param>
    /// <param name="now">The time of the change.</param>
    /// <param name="window">
    /// How long a seat without a backend is kept for a replacement, with its partitions and its queue; zero for not at all. Where the table
    /// follows from the seats none is.
    /// </param>
    /// <exception cref="ArgumentException">What <see cref="Fault"/> says.</exception>
    public MembershipState Apply(
        IEnumerable<Backend> backends, RingKind ring, ReplicaMode replicas = ReplicaMode.Several, DateTimeOffset now = default, TimeSpan window = default)
    {
        Backend[] wanted = [.. ring == RingKind.Partitions
            ? backends.GroupBy(static b => b.Endpoint, StringComparer.Ordinal).Select(static same => same.MaxBy(static b => b.Weight))
            : backends.Select(static b => new Backend(b.Endpoint))];
        if (Fault(wanted, ring) is { } fault)
            throw new ArgumentException(fault, nameof(backends));

        // a table that follows from the seats gives the leaver's keys to many others, so the joiner is no replacement that could go on with its queue
        bool goesOn = GoesOn(ring, replicas);
        Array.Sort(wanted, static (x, y) => BackendOrder.Instance.Compare(x.Endpoint, y.Endpoint));
        var seating = SeatPlan.Seat(new Seating(Slots, Held.IsDefault ? [] : Held), wanted, Epoch + 1, now, goesOn ? window : null);
        var partitions = goesOn ? PartitionPlan.Deal(Partitions, seating.Owners) : [];
        bool same = !Lapsed && seating.Taken.SequenceEqual(Slots) && seating.Held.AsSpan().SequenceEqual(Held.AsSpan()) && partitions.AsSpan().SequenceEqual(Partitions.AsSpan());
        return same ? this : new MembershipState { Epoch = Epoch + 1, Slots = seating.Taken, Held = seating.Held, Partitions = partitions };
    }

    /// <summary>The state with the same backends on the same seats of this ring, without the seats whose time is over.</summary>
    public MembershipState On(RingKind ring, ReplicaMode replicas = ReplicaMode.Several, DateTimeOffset now = default, TimeSpan window = default) =>
        Apply(Slots.Select(static seat => new Backend(seat.Backend, seat.Weight)), ring, replicas, now, window);

    /// <summary>Whether a table is made from the one before, so that seats can be kept and taken over.</summary>
    public static bool GoesOn(RingKind ring, ReplicaMode replicas) => ring == RingKind.Partitions && replicas == ReplicaMode.Alone;

    /// <summary>
    /// The state in which these backends, and no others, own no keys because they take nothing. Their seats are kept, and what they own when they come back is what they would have
    /// owned without this.
    /// </summary>
    public MembershipState Eject(IReadOnlySet<int> slots) => Slots.All(seat => seat.IsEjected == slots.Contains(seat.Slot))
        ? this
        : this with { Epoch = Epoch + 1, Slots = [.. Slots.Select(seat => seat with { IsEjected = slots.Contains(seat.Slot) })] };

    /// <summary>The state that tells nobody of its seats. They are kept for the backends that are found again.</summary>
    public MembershipState Lapse() => Lapsed || Slots.IsEmpty ? this : this with { Epoch = Epoch + 1, Lapsed = true };

    /// <summary>Why a ring cannot be made of these backends, or null. Nobody at all makes an empty one.</summary>
    public static string? Fault(IReadOnlyCollection<Backend> backends, RingKind ring)
    {
        if (backends.Count > Limit(ring))
            return $"{backends.Count} backends are more than the {Limit(ring)} that the ring can hold";
        return ring == RingKind.Partitions && backends.Count > 0 && backends.All(static b => b.Weight == 0)
            ? "every backend has the weight 0"
            : null;
    }

    /// <summary>What the silos are told.</summary>
    public RoutingSnapshot ToSnapshot() => Lapsed
        ? new() { Epoch = Epoch, Lapsed = true }
        : new() { Epoch = Epoch, Slots = Slots, Partitions = PartitionsInForce, Held = [.. Held.Select(static held => held.Seat)] };

    // a table that goes on from the one before is kept as it would be with everybody in good health
    private ImmutableArray<ushort> PartitionsInForce => Partitions.IsEmpty || !Slots.Any(static seat => seat.IsEjected)
        ? Partitions
        : PartitionPlan.Deal(Partitions, new Seating([.. Slots.Where(static seat => !seat.IsEjected)], Held.IsDefault ? [] : Held).Owners);
}
