using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Orleans;
using OrleansLb.Grains.Dealing;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Handover;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Ingress.HotKeys;
using OrleansLb.Ingress.Telemetry;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Ingress.Pipeline;

/// <summary>
/// The router of one load balancer: splits a request by the newest table and hands every ring slot's part to its exporter
/// grain, in parallel, one call per slot.
/// </summary>
/// <remarks>
/// The client gets one answer for all parts: room for all of them is taken before the first is handed over, so that a refusal leaves nothing behind. Only what fails after that
/// (a store that cannot write, a delivery that somebody waits for) can fail in part; the other parts then come again with the client's next attempt: at least once. With
/// <see cref="LoadBalancingOptions.RetryOnFailure"/> the failed ones alone are tried again here before the client hears of it.
/// </remarks>
public sealed partial class LoadBalancingConsumer : ISignalConsumer
{
    /// <summary>The longest wait for room in a queue: below Orleans' response timeout of 30 s.</summary>
    internal static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(25);

    private static readonly EnqueueOutcome NoBackends = new() { Status = EnqueueStatus.Failed, Message = "no backends have been resolved" };

    private const string ListIsStale = "no backends: the last list of them is older than stale_grace";

    private readonly IRoutingTables _tables;
    private readonly RequestDealer _dealer;
    private readonly LaneRotation<SlotQueues> _lanes;
    private readonly SplitOptions _split;
    private readonly RoutingMetrics _metrics;
    private readonly bool _forwardsCompressed;
    private readonly SlotMetrics _slots;
    private readonly KeyHandover? _handover;
    private readonly RetryOptions? _retry;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    /// <summary>The router of the load balancer that the options describe.</summary>
    public LoadBalancingConsumer(
        LoadBalancingOptions options,
        IRoutingTables tables,
        IGrainFactory grains,
        ILaneChoice lanes,
        PayloadPool pool,
        IMeterFactory meters,
        TimeProvider time,
        ILogger<LoadBalancingConsumer> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(lanes);
        ComponentId = options.ComponentId;
        _tables = tables;
        _dealer = new RequestDealer(pool);
        _lanes = new LaneRotation<SlotQueues>(lanes, lane => new SlotQueues(options, grains, lane, tried => _lanes!.OtherThan(tried), lanes.Doubt, new LaneAnswers(lanes, lane), time, logger), time);
        _split = options.Split;
        _metrics = new RoutingMetrics(meters, options);

        // what is to be merged must not be compressed before
        _forwardsCompressed = options.Client.Compression == ContentCoding.Gzip && options.Queue.Batch is null;
        _slots = new SlotMetrics(meters, options.ComponentId);
        var membership = options.Membership;
        if (membership.HandoverWindow > TimeSpan.Zero)
            HandoverMetrics.Show(meters, options.ComponentId, _handover = new KeyHandover(membership.HandoverWindow, membership.HandoverMemory, time));
        _retry = options.RetryOnFailure;
        _timeout = options.FanOutTimeout;
        _time = time;
        HotKeys = new HotKeyMeter(options.ComponentId, options.Split);
    }

    /// <inheritdoc/>
    public string ComponentId { get; }

    /// <inheritdoc/>
    public bool CountsItems => _retry is null;

    /// <summary>The keys with the most items.</summary>
    internal HotKeyMeter HotKeys { get; }

    /// <inheritdoc/>
    /// <remarks>Does not end before every grain has answered: until then the grains may read the parts.</remarks>
    public ValueTask<ConsumeResult> ConsumeAsync(ReceivedRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!RequestSplitter.Supports(_split.Key, request.Signal))
            return new(new ConsumeResult(ConsumeStatus.Unavailable, "telemetry type is not supported"));

        var (parts, refusal) = Deal(request);
        if (parts is null)
        {
            bool mayComeLater = _retry is not null && refusal.Status == ConsumeStatus.Unavailable;
            return mayComeLater ? new(ConsumeWithRetries(request, null, cancellationToken)) : new(refusal);
        }

        if (parts.ItemCount == 0)
        {
            parts.Dispose();
            return new(ConsumeResult.Accepted);
        }

        if (_retry is not null)
            return new(ConsumeWithRetries(request, parts, cancellationToken));
        var patience = PatienceOf(request);
        var queues = _lanes.Next();
        return queues.TryReserve(parts)
            ? HandOver(queues, parts, patience, cancellationToken)
            : new(HandOverWhenThereIsRoom(request, queues, parts, patience, cancellationToken));
    }

    /// <inheritdoc/>
    public bool IsFull(Signal signal, out ConsumeResult refusal)
    {
        refusal = default;
        if (_retry is not null || !RequestSplitter.Supports(_split.Key, signal))
            return false;
        EnqueueOutcome? outcome = null;
        foreach (var queues in _lanes.All)
        {
            if (!queues.IsHopeless(out outcome))
                return false;
        }

        refusal = EnqueueTally.ResultOf(outcome!);
        return true;
    }

    private static ConsumeResult NobodyIn(RoutingTable table) =>
        new(ConsumeStatus.Unavailable, table.Lapsed ? ListIsStale : NoBackends.Message, EnqueueTally.DefaultRetryDelay);

    /// <summary>What splits a request, and the table that it routes by.</summary>
    private IKeyRouter RouterFor(ref RoutingTable table)
    {
        if (_handover is null)
            return table;
        var router = _handover.RouterFor(table);
        table = router.Table;
        return router;
    }

    private static ValueTask<ConsumeResult> HandOver(SlotQueues queues, DealtParts parts, TimeSpan patience, CancellationToken gone)
    {
        var tally = queues.Enqueue(parts, patience, gone);
        return tally.IsCompletedSuccessfully ? new(tally.Result.ToResult()) : Await(tally);

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        static async ValueTask<ConsumeResult> Await(ValueTask<EnqueueTally> tally) => (await tally.ConfigureAwait(false)).ToResult();
    }

    private async Task<ConsumeResult> HandOverWhenThereIsRoom(ReceivedRequest request, SlotQueues queues, DealtParts parts, TimeSpan patience, CancellationToken gone)
    {
        long began = _time.GetTimestamp();
        (queues, var outcome) = await Reserve(queues, [parts], queues.WaitOf(patience), gone).ConfigureAwait(false);
        if (outcome.Status == EnqueueStatus.Accepted)
            return await HandOver(queues, parts, Left(patience, began), gone).ConfigureAwait(false);
        parts.Dispose();
        return Refusal(request, outcome);
    }

    private ValueTask<(SlotQueues Queues, EnqueueOutcome Outcome)> Reserve(SlotQueues first, IReadOnlyList<DealtParts> dealt, TimeSpan wait, CancellationToken gone) =>
        _lanes.Reserve(first, wait, (queues, left) => queues.Reserve(dealt, left, gone));

    private ConsumeResult Refusal(ReceivedRequest request, EnqueueOutcome outcome)
    {
        _metrics.EnqueueFailed(request.Signal, request.ItemCount);
        return EnqueueTally.ResultOf(outcome);
    }

    private TimeSpan PatienceOf(ReceivedRequest request)
    {
        var limit = _timeout > TimeSpan.Zero && _timeout < LongestPatience ? _timeout : LongestPatience;
        return request.Patience < limit ? request.Patience.Value : limit;
    }

    private TimeSpan Left(TimeSpan patience, long began) => EnqueueTerms.PatienceLeft(patience, _time.GetElapsedTime(began));
}
