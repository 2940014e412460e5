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
    private readonly LaneRotation<SignalQueues> _lanes;
    private readonly RoutingMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<QueueingConsumer> _logger;

    /// <summary>The front of the load balancer that the options describe.</summary>
    public QueueingConsumer(
        LoadBalancingOptions options, IGrainFactory grains, ILaneChoice lanes, IMeterFactory meters, TimeProvider time, ILogger<QueueingConsumer> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(lanes);
        ComponentId = options.ComponentId;
        _key = options.RoutingKey;
        _metrics = new RoutingMetrics(meters, options);
        _time = time;
        _logger = logger;
        var queue = options.SendingQueue ?? throw new ArgumentException("there is no sending queue", nameof(options));
        _sizer = queue.Sizer;
        _lanes = new LaneRotation<SignalQueues>(lanes, lane => new SignalQueues(options.ComponentId, queue, lane, new LaneAnswers(lanes, lane), grains, time), time);
    }

    /// <inheritdoc/>
    public string ComponentId { get; }

    /// <inheritdoc/>
    public bool IsFull(Signal signal, out ConsumeResult refusal)
    {
        refusal = default;
        if (!RequestSplitter.Supports(_key, signal))
            return false;
        EnqueueOutcome? outcome = null;
        foreach (var lane in _lanes.All)
        {
            if (!lane.Admissions[(int)signal].IsHopeless(out outcome))
                return false;
        }

        refusal = EnqueueTally.ResultOf(outcome!);
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask<ConsumeResult> ConsumeAsync(ReceivedRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        long began = _time.GetTimestamp();
        var (lane, outcome) = await Reserve(request, cancellationToken).ConfigureAwait(false);
        return outcome.Status == EnqueueStatus.Accepted
            ? await Enqueue(request, lane, _time.GetElapsedTime(began), cancellationToken).ConfigureAwait(false)
            : EnqueueTally.ResultOf(outcome);
    }

    /// <inheritdoc/>
    public async ValueTask<(IReservation? Reservation, ConsumeResult Refusal)> ReserveAsync(ReceivedRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (lane, outcome) = await Reserve(request, cancellationToken).ConfigureAwait(false);
        return outcome.Status == EnqueueStatus.Accepted ? (new Place(this, request, lane), default) : (null, EnqueueTally.ResultOf(outcome));
    }

    private static TimeSpan PatienceOf(ReceivedRequest request) =>
        request.Patience < LoadBalancingConsumer.LongestPatience ? request.Patience.Value : LoadBalancingConsumer.LongestPatience;

    private SlotRoom RoomOf(ReceivedRequest request) => new(0, _sizer.RoomFor(request.ItemCount, request.Payload.Length));

    private async ValueTask<(SignalQueues Queues, EnqueueOutcome Outcome)> Reserve(ReceivedRequest request, CancellationToken gone)
    {
        var lane = _lanes.Next();
        if (!RequestSplitter.Supports(_key, request.Signal))
            return (lane, EnqueueOutcome.Failure("telemetry type is not supported"));
        return lane.Admissions[(int)request.Signal].TryReserve([RoomOf(request)])
            ? (lane, EnqueueOutcome.Accepted)
            : await ReserveWhenThereIsRoom(request, lane, gone).ConfigureAwait(false);
    }

    private async ValueTask<(SignalQueues Queues, EnqueueOutcome Outcome)> ReserveWhenThereIsRoom(ReceivedRequest request, SignalQueues lane, CancellationToken gone)
    {
        var room = RoomOf(request);
        var wait = lane.Admissions[(int)request.Signal].WaitOf(PatienceOf(request));
        var (queues, outcome) = await _lanes.Reserve(lane, wait, (other, left) => other.Admissions[(int)request.Signal].Reserve([room], left, gone)).ConfigureAwait(false);
        if (outcome.Status != EnqueueStatus.Accepted)
            _metrics.EnqueueFailed(request.Signal, request.ItemCount);
        return (queues, outcome);
    }

    private async ValueTask<ConsumeResult> Enqueue(ReceivedRequest request, SignalQueues lane, TimeSpan spent, CancellationToken gone)
    {
        var part = new ExportPart { Signal = request.Signal, ItemCount = request.ItemCount, Payload = request.Payload.Retain() };
        var terms = new EnqueueTerms { Patience = EnqueueTerms.PatienceLeft(PatienceOf(request), spent), Router = lane.Router };
        var tally = default(EnqueueTally);
        for (int others = _lanes.All.Count - 1; ; others--)
        {
            var admission = lane.Admissions[(int)request.Signal];
            try
            {
                var outcome = await Enqueue(lane, part, terms, gone).ConfigureAwait(false);
                if (outcome.IsRefusalOfQueue)
                    admission.Distrust(0);
                if (outcome.Status == EnqueueStatus.Stopping)
                {
                    // it has nothing of the request; another lane may, without the credit that was taken here
                    _lanes.Doubt(lane.Lane);
                    if (others > 0 && _lanes.OtherThan(lane) is { } other)
                    {
                        (lane, terms) = (other, terms with { Router = null });
                        continue;
                    }
                }

                tally.Add(outcome, request.ItemCount);
                part.Payload.Release();
            }
#pragma warning disable CA1031 // whatever became of the call: the grain may still read the payload, which is left to the garbage collector
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _lanes.Doubt(lane.Lane);
                LogLost(exception, ComponentId, request.Signal);
                part.Payload.Leave();
                admission.Lose(RoomOf(request));
                tally.AddLost();
            }

            return tally.ToResult();
        }
    }

    private static Task<EnqueueOutcome> Enqueue(SignalQueues lane, ExportPart part, EnqueueTerms terms, CancellationToken gone) =>
        lane.Answers.Of(() => lane.Queues[(int)part.Signal].Enqueue(part, terms, gone));

    /// <summary>The sending queues of one lane, by signal, and what this front knows of their room.</summary>
    private sealed class SignalQueues : ILaneQueues
    {
        public SignalQueues(string componentId, QueueOptions queue, LaneIdentity lane, LaneAnswers answers, IGrainFactory grains, TimeProvider time)
        {
            (Lane, Answers) = (lane, answers);
            Router = $"{componentId}/{lane.Name}/{Guid.NewGuid():N}";
            Queues = [.. Enum.GetValues<Signal>().Order().Select(
                signal => grains.GetGrain<ISendingQueueGrain>(new SendingQueueKey(componentId, signal, lane.Name).ToString()))];
            Admissions = [.. Queues.Select(grain => new AdmissionControl(queue, Router, (_, request) => answers.Of(() => grain.GrantCredit(request)), time))];
        }

        public LaneIdentity Lane { get; }

        public LaneAnswers Answers { get; }

        public string Router { get; }

        public ISendingQueueGrain[] Queues { get; }

        public AdmissionControl[] Admissions { get; }
    }

    private sealed class Place(QueueingConsumer consumer, ReceivedRequest request, SignalQueues lane) : IReservation
    {
        private bool _used;

        public ValueTask<ConsumeResult> ConsumeAsync(CancellationToken cancellationToken)
        {
            _used = true;
            return consumer.Enqueue(request, lane, TimeSpan.Zero, cancellationToken);
        }

        public void Dispose()
        {
            if (!_used)
                lane.Admissions[(int)request.Signal].GiveBack([consumer.RoomOf(request)]);
            _used = true;
        }
    }
}
