using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Membership;

/// <summary>Shows by which epoch this process routes, and since when: side by side, whether the members of a cluster switch together.</summary>
internal sealed class EpochMetrics(IMeterFactory meters, RoutingTableFeed feed, IExporterCatalog catalog) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = meters.Create("OrleansLb");
        meter.CreateObservableGauge(
            "orleanslb_routing_epoch",
            () => catalog.ComponentIds.Select(id => Of(id, feed.Current(id).Epoch)),
            null,
            "Epoch of the routing table that this process routes by; 0 before the first one.");
        meter.CreateObservableGauge(
            "orleanslb_routing_table_timestamp_seconds",
            () => catalog.ComponentIds.Where(id => feed.InForceSince(id) is not null).Select(id => Of(id, feed.InForceSince(id)!.Value.ToUnixTimeMilliseconds() / 1000.0)),
            null,
            "When this process began to route by that table, in seconds since 1970.");
        meter.CreateObservableCounter(
            "orleanslb_resolver_failed_polls",
            () => catalog.ComponentIds.Select(id => Of(id, feed.FailedPolls(id))),
            null,
            "Questions for the routing table that its resolver grain did not answer.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static Measurement<T> Of<T>(string componentId, T value)
        where T : struct => new(
            value,
            new("exporter", $"load_balancing/{componentId}"),
            new("component_path", "/"),
            new("component_id", componentId));
}
