using System.Collections.Immutable;

namespace OrleansLb.Grains.Membership;

/// <summary>Who sits where.</summary>
/// <param name="Taken">The taken seats, by slot.</param>
/// <param name="Held">The vacant seats that are kept, by slot.</param>
internal readonly record struct Seating(ImmutableArray<SlotAssignment> Taken, ImmutableArray<HeldSeat> Held)
{
    /// <summary>The seats that own partitions, by slot.</summary>
    public ImmutableArray<SlotAssignment> Owners => Held.IsEmpty
        ? Taken
        : Taken.AddRange(Held.Select(static held => held.Seat)).Sort(static (x, y) => x.Slot.CompareTo(y.Slot));
}
