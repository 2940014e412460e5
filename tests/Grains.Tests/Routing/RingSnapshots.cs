using OrleansLb.Grains.Membership;

namespace OrleansLb.Grains.Tests.Routing;

internal static class RingSnapshots
{
    /// <summary>A snapshot without partitions whose seats are taken in the order given.</summary>
    public static RoutingSnapshot Of(IEnumerable<string> backends) => new()
    {
        Epoch = 1,
        Slots = [.. backends.Select(static (backend, slot) => new SlotAssignment(slot, backend))],
    };
}
