using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;

namespace OrleansLb.Grains.Membership;

/// <summary>Shows which part of the ring every seat owns, how many are vacant, and what tables are told apart by, from the tables that this process routes by.</summary>
internal sealed class RingMetrics(IMeterFactory meters, IRoutingTables tables, IExporterCatalog catalog) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        meters.Create("OrleansLb").CreateObservableGauge(
            "orleanslb_ring_share", () => catalog.ComponentIds.SelectMany(Shares), "1", "Part of the ring that a ring slot owns, from 0 to 1.");
        meters.Create("OrleansLb").CreateObservableGauge(
            "orleanslb_vacant_seats", () => catalog.ComponentIds.Select(Vacant), "{seat}", "Vacant ring slots that keep their keys and queues for a replacement.");
        meters.Create("OrleansLb").CreateObservableGauge(
            "orleanslb_ring_fingerprint", () => catalog.ComponentIds.Select(Fingerprint), "1", "Equal in processes that send every key to the same backend; 0 without backends.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<Measurement<double>> Shares(string componentId)
    {
        var table = tables.Current(componentId);
        int[] positions = Count(table);
        double all = table.SlotOfPosition.Length;
        return table.Slots.AddRange(table.Held).Select(seat => new Measurement<double>(
            positions[seat.Slot] / all,
            new("exporter", $"load_balancing/{componentId}"),
            new("component_path", "/"),
            new("component_id", componentId),
            new("slot", seat.Slot.ToString(CultureInfo.InvariantCulture))));
    }

    private Measurement<int> Vacant(string componentId) => new(
        tables.Current(componentId).Held.Length,
        new("exporter", $"load_balancing/{componentId}"),
        new("component_path", "/"),
        new("component_id", componentId));

    private Measurement<long> Fingerprint(string componentId) => new(
        tables.Current(componentId).Fingerprint,
        new("exporter", $"load_balancing/{componentId}"),
        new("component_path", "/"),
        new("component_id", componentId));

    private static int[] Count(RoutingTable table)
    {
        var positions = new int[table.SlotLimit];
        foreach (ushort slot in table.SlotOfPosition)
            positions[slot]++;
        return positions;
    }
}
