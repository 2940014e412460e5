using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;

namespace OrleansLb.Grains.Membership;

/// <summary>Shows which part of the ring every taken seat owns, by the tables that this process routes by.</summary>
internal sealed class RingMetrics(IMeterFactory meters, IRoutingTables tables, IExporterCatalog catalog) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        meters.Create("OrleansLb").CreateObservableGauge(
            "orleanslb_ring_share", () => catalog.ComponentIds.SelectMany(Shares), "1", "Part of the ring that a ring slot owns, from 0 to 1.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<Measurement<double>> Shares(string componentId)
    {
        var table = tables.Current(componentId);
        int[] positions = Count(table);
        double all = table.SlotOfPosition.Length;
        return table.Slots.Select(seat => new Measurement<double>(
            positions[seat.Slot] / all,
            new("exporter", $"load_balancing/{componentId}"),
            new("component_path", "/"),
            new("component_id", componentId),
            new("slot", seat.Slot.ToString(CultureInfo.InvariantCulture))));
    }

    private static int[] Count(RoutingTable table)
    {
        var positions = new int[table.SlotLimit];
        foreach (ushort slot in table.SlotOfPosition)
            positions[slot]++;
        return positions;
    }
}
