using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Orleans;
using OrleansLb.Grains.Exporting.SendingQueues;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Ingress.Pipeline;

/// <summary>The load balancers of this process, for the receivers that feed them and for the sending queues behind some of them.</summary>
public sealed class LoadBalancers : IFanOuts
{
    private readonly Dictionary<string, LoadBalancingConsumer> _routers = new(StringComparer.Ordinal);

    /// <summary>Those that the configuration names.</summary>
    public LoadBalancers(
        IExporterCatalog catalog,
        IRoutingTables tables,
        IGrainFactory grains,
        ILaneChoice lanes,
        PayloadPool pool,
        IMeterFactory meters,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var inputs = new List<ISignalConsumer>();
        foreach (string id in catalog.ComponentIds)
        {
            var options = catalog.Get(id);
            var router = new LoadBalancingConsumer(options, tables, grains, lanes, pool, meters, time, loggers.CreateLogger<LoadBalancingConsumer>());
            _routers.Add(id, router);
            inputs.Add(options.SendingQueue is null ? router : new QueueingConsumer(options, grains, lanes, meters, time, loggers.CreateLogger<QueueingConsumer>()));
        }

        Inputs = inputs;
    }

    /// <summary>What receivers hand requests to, one per load balancer.</summary>
    public IReadOnlyList<ISignalConsumer> Inputs { get; }

    /// <summary>What splits the requests, one per load balancer.</summary>
    public IEnumerable<LoadBalancingConsumer> Routers => _routers.Values;

    /// <inheritdoc/>
    public IFanOut Get(string componentId) => _routers[componentId];
}
