using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Orleans;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.SendingQueues;
using OrleansLb.Grains.Options;
using OrleansLb.Ingress.Admission;
using OrleansLb.Ingress.Telemetry;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Ingress.Pipeline;

/// <summary>The front of a load balancer with a <c>sending_queue</c>: hands whole requests to the queue of their signal, which has them split later.</summary>
public sealed partial class QueueingConsumer : ISignalConsumer
{
    private readonly RoutingKey _key;
    private readonly QueueSizer _sizer;
    private readonly string _name;
    private readonly ISendingQueueGrain[] _queues;
    private readonly AdmissionControl[] _admissions;
    private readonly RoutingMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<QueueingConsumer> _logger;

    /// <summary>The front of the load balancer that the options describe.</summary>
    public QueueingConsumer(
        LoadBalancingOptions options, IGrainFactory grains, LaneIdentity lane, IMeterFactory meters, TimeProvider time, ILogger<QueueingConsumer> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(lane);
        ComponentId = options.ComponentId;
        _key = options.RoutingKey;
        _name = $"{options.ComponentId}/{lane.Name}/{Guid.NewGuid():N}";
        _metrics = new RoutingMetrics(meters, options);
        _time = time;
        _logger = logger;

        // by signal
        var queue = options.SendingQueue ?? throw new ArgumentException("there is no sending queue", nameof(options));
        _sizer = queue.Sizer;
        _queues = [.. Enum.GetValues<Signal>().Order().Select(
            signal => grains.GetGrain<ISendingQueueGrain>(new SendingQueueKey(options.ComponentId, signal, lane.Name).ToString()))];
        _admissions = [.. _queues.Select(grain => new AdmissionControl(queue, _name, (_, request) => grain.GrantCredit(request), time))];
    }

    /// <inheritdoc/>
    public string ComponentId { get; }

    /// <inheritdoc/>
    public bool IsFull(Signal signal, out ConsumeResult refusal)
    {
        refusal = default;
        if (!RequestSplitter.Supports(_key, signal) || !_admissions[(int)signal].IsHopeless(out var outcome))
            return false;
        refusal = EnqueueTally.ResultOf(outcome);
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask<ConsumeResult> ConsumeAsync(ReceivedRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        long began = _time.GetTimestamp();
        var outcome = await Reserve(request, cancellationToken).ConfigureAwait(false);
        return outcome.Status == EnqueueStatus.Accepted
            ? await Enqueue(request, PatienceOf(request) - _time.GetElapsedTime(began), cancellationToken).ConfigureAwait(false)
            : EnqueueTally.ResultOf(outcome);
    }

    /// <inheritdoc/>
    public async ValueTask<(IReservation? Reservation, ConsumeResult Refusal)> ReserveAsync(ReceivedRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var outcome = await Reserve(request, cancellationToken).ConfigureAwait(false);
        return outcome.Status == EnqueueStatus.Accepted ? (new Place(this, request), default) : (null, EnqueueTally.ResultOf(outcome));
    }

    private static TimeSpan PatienceOf(ReceivedRequest request) =>
        request.Patience < LoadBalancingConsumer.LongestPatience ? request.Patience.Value : LoadBalancingConsumer.LongestPatience;

    private SlotRoom RoomOf(ReceivedRequest request) => new(0, _sizer.RoomFor(request.ItemCount, request.Payload.Length));

    private async ValueTask<EnqueueOutcome> Reserve(ReceivedRequest request, CancellationToken gone)
    {
        if (!RequestSplitter.Supports(_key, request.Signal))
            return EnqueueOutcome.Failure("telemetry type is not supported");
        var admission = _admissions[(int)request.Signal];
        var room = RoomOf(request);
        if (admission.TryReserve([room]))
            return EnqueueOutcome.Accepted;
        var outcome = await admission.Reserve([room], admission.WaitOf(PatienceOf(request)), gone).ConfigureAwait(false);
        if (outcome.Status != EnqueueStatus.Accepted)
            _metrics.EnqueueFailed(request.Signal, request.ItemCount);
        return outcome;
    }

    private async ValueTask<ConsumeResult> Enqueue(ReceivedRequest request, TimeSpan patience, CancellationToken gone)
    {
        var part = new ExportPart { Signal = request.Signal, ItemCount = request.ItemCount, Payload = request.Payload.Retain() };
        var terms = new EnqueueTerms { Patience = patience > TimeSpan.Zero ? patience : TimeSpan.FromTicks(1), Router = _name };
        var admission = _admissions[(int)request.Signal];
        var tally = default(EnqueueTally);
        try
        {
            var outcome = await _queues[(int)request.Signal].Enqueue(part, terms, gone).ConfigureAwait(false);
            tally.Add(outcome, request.ItemCount);
            if (outcome.IsRefusalOfQueue)
                admission.Distrust(0);
            part.Payload.Release();
        }
#pragma warning disable CA1031 // whatever became of the call: the grain may still read the payload, which is left to the garbage collector
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogLost(exception, ComponentId, request.Signal);
            part.Payload.Leave();
            admission.Lose(RoomOf(request));
            tally.AddLost();
        }

        return tally.ToResult();
    }

    private sealed class Place(QueueingConsumer consumer, ReceivedRequest request) : IReservation
    {
        private bool _used;

        public ValueTask<ConsumeResult> ConsumeAsync(CancellationToken cancellationToken)
        {
            _used = true;
            return consumer.Enqueue(request, PatienceOf(request), cancellationToken);
        }

        public void Dispose()
        {
            if (!_used)
                consumer._admissions[(int)request.Signal].GiveBack([consumer.RoomOf(request)]);
            _used = true;
        }
    }
}
