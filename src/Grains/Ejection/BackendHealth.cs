using System.Collections.Concurrent;
using System.Collections.Immutable;
using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Ejection;

/// <summary>What the exporter grains of this process have seen of their backends.</summary>
internal sealed class BackendHealth(LaneIdentity lane, TimeProvider time)
{
    // the longest pause between two attempts is that of the retries, 30 s, and half of that again by chance
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<SlotHealth, byte> _slots = new(ReferenceEqualityComparer.Instance);

    /// <summary>The health of the backend of one grain; disposed with the grain.</summary>
    public SlotHealth Track(string componentId, int slot)
    {
        var health = new SlotHealth(componentId, slot, this, time);
        _slots.TryAdd(health, 0);
        return health;
    }

    public void Forget(SlotHealth health) => _slots.TryRemove(health, out _);

    /// <summary>What there is to report of one exporter.</summary>
    public HealthReport Report(string componentId)
    {
        var slots = ImmutableArray.CreateBuilder<SlotHealthReport>();
        foreach (var health in _slots.Keys)
        {
            if (health.ComponentId == componentId && health.Report(Window) is { } report)
                slots.Add(report);
        }

        return new HealthReport(lane.Name, slots.DrainToImmutable());
    }
}
