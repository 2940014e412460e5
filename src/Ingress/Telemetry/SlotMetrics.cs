using System.Diagnostics.Metrics;
using System.Globalization;
using OrleansLb.Grains.Dealing;
using OrleansLb.Grains.Routing;

namespace OrleansLb.Ingress.Telemetry;

/// <summary>Counts what the router of one load balancer sends to every ring slot: once per part. Safe for concurrent use.</summary>
internal sealed class SlotMetrics(IMeterFactory meters, string componentId)
{
    private readonly Counter<long> _items = meters.Create(ReceiverMetrics.MeterName).CreateCounter<long>(
        "orleanslb_slot_items", "{item}", "Items that were routed to a ring slot, whether or not its queue took them.");

    private volatile SlotLabels? _labels;

    public void Routed(RoutingTable table, DealtParts parts)
    {
        var labels = _labels;
        if (labels?.Table != table)
            _labels = labels = new SlotLabels(table, LabelsOf(table));
        for (int i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            _items.Add(part.Part.ItemCount, labels.BySlot[part.Slot]);
        }
    }

    private KeyValuePair<string, object?>[][] LabelsOf(RoutingTable table)
    {
        var bySlot = new KeyValuePair<string, object?>[table.SlotLimit][];
        foreach (var seat in table.Slots.AddRange(table.Held))
        {
            bySlot[seat.Slot] =
            [
                new("exporter", $"load_balancing/{componentId}"),
                new("component_path", "/"),
                new("component_id", componentId),
                new("slot", seat.Slot.ToString(CultureInfo.InvariantCulture)),
                new("backend", seat.Backend),
            ];
        }

        return bySlot;
    }

    private sealed record SlotLabels(RoutingTable Table, KeyValuePair<string, object?>[][] BySlot);
}
