using Microsoft.Extensions.Logging;
using Orleans;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.SendingQueues;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Ingress.Pipeline;

/// <summary>The front of a load balancer with a <c>sending_queue</c>: hands whole requests to the queue of their signal, which has them split later.</summary>
public sealed partial class QueueingConsumer : ISignalConsumer
{
    private readonly RoutingKey _key;
    private readonly ISendingQueueGrain[] _queues;
    private readonly ILogger<QueueingConsumer> _logger;

    /// <summary>The front of the load balancer that the options describe.</summary>
    public QueueingConsumer(LoadBalancingOptions options, IGrainFactory grains, LaneIdentity lane, ILogger<QueueingConsumer> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(lane);
        ComponentId = options.ComponentId;
        _key = options.RoutingKey;
        _logger = logger;

        // by signal
        _queues = [.. Enum.GetValues<Signal>().Order().Select(
            signal => grains.GetGrain<ISendingQueueGrain>(new SendingQueueKey(options.ComponentId, signal, lane.Name).ToString()))];
    }

    /// <inheritdoc/>
    public string ComponentId { get; }

    /// <inheritdoc/>
    public async ValueTask<ConsumeResult> ConsumeAsync(ReceivedRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!RequestSplitter.Supports(_key, request.Signal))
            return new ConsumeResult(ConsumeStatus.Unavailable, "telemetry type is not supported");

        var patience = request.Patience < LoadBalancingConsumer.LongestPatience ? request.Patience.Value : LoadBalancingConsumer.LongestPatience;
        var part = new ExportPart { Signal = request.Signal, ItemCount = request.ItemCount, Payload = request.Payload.Retain() };
        var tally = default(EnqueueTally);
        try
        {
            tally.Add(await _queues[(int)request.Signal].Enqueue(part, patience).ConfigureAwait(false), request.ItemCount);
            part.Payload.Release();
        }
#pragma warning disable CA1031 // whatever became of the call: the grain may still read the payload, which is left to the garbage collector
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogLost(exception, ComponentId, request.Signal);
            tally.AddLost();
        }

        return tally.ToResult();
    }
}
