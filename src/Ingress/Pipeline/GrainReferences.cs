using Orleans;
using OrleansLb.Grains.Exporting;

namespace OrleansLb.Ingress.Pipeline;

/// <summary>The references to the exporter grains of one exporter and lane, by ring slot; made when first asked for. Safe for concurrent use.</summary>
internal sealed class GrainReferences(IGrainFactory grains, string componentId, string lane)
{
    private IExporterGrain?[] _bySlot = [];

    public IExporterGrain this[int slot]
    {
        get
        {
            var known = Volatile.Read(ref _bySlot);
            return (uint)slot < (uint)known.Length && known[slot] is { } reference ? reference : Add(slot);
        }
    }

    private IExporterGrain Add(int slot)
    {
        var reference = grains.GetGrain<IExporterGrain>(new ExporterGrainKey(componentId, slot, lane).ToString());
        var known = Volatile.Read(ref _bySlot);
        var extended = new IExporterGrain?[Math.Max(known.Length, slot + 1)];
        known.CopyTo(extended, 0);
        extended[slot] = reference;

        // two that extend at once lose one entry, which is made again when it is missed
        Volatile.Write(ref _bySlot, extended);
        return reference;
    }
}
