using System.Buffers;
using System.Diagnostics.Metrics;
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
/// The client gets one answer for all parts. When some parts are refused, the parts that were accepted come again with the
/// client's next attempt and are delivered twice: at least once, as with the Collector. With <see cref="LoadBalancingOptions.RetryOnFailure"/> the
/// refused ones alone are tried again here before the client hears of it.
/// </remarks>
public sealed partial class LoadBalancingConsumer : ISignalConsumer
{
    /// <summary>The longest wait for room in a queue: below the engine's response timeout of 30 s.</summary>
    internal static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(25);

    private static readonly EnqueueOutcome NoBackends = new() { Status = EnqueueStatus.Failed, Message = "no backends have been resolved" };

    private const string ListIsStale = "no backends: the last list of them is older than stale_grace";

    private readonly IRoutingTables _tables;
    private readonly RequestDealer _dealer;
    private readonly GrainReferences _exporters;
    private readonly SplitOptions _split;
    private readonly RoutingMetrics _metrics;
    private readonly bool _forwardsCompressed;
    private readonly SlotMetrics _slots;
    private readonly KeyHandover? _handover;
    private readonly RetryOptions? _retry;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ILogger<LoadBalancingConsumer> _logger;

    /// <summary>The router of the load balancer that the options describe.</summary>
    public LoadBalancingConsumer(
        LoadBalancingOptions options,
        IRoutingTables tables,
        IGrainFactory grains,
        LaneIdentity lane,
        PayloadPool pool,
        IMeterFactory meters,
        TimeProvider time,
        ILogger<LoadBalancingConsumer> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(lane);
        ComponentId = options.ComponentId;
        _tables = tables;
        _dealer = new RequestDealer(pool);
        _exporters = new GrainReferences(grains, options.ComponentId, lane.Name);
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
        _logger = logger;
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

        var table = _tables.Current(ComponentId);
        if (table.IsEmpty)
        {
            return _retry is null
                ? new(new ConsumeResult(ConsumeStatus.Unavailable, table.Lapsed ? ListIsStale : NoBackends.Message, EnqueueTally.DefaultRetryDelay))
                : new(ConsumeWithRetries(request, null, cancellationToken));
        }

        var router = RouterFor(ref table);
        HotKeys.Observe(request.Signal, request.Payload.Message.Span, table);
        var compressed = _forwardsCompressed ? request.Compressed : null;
        if (!_dealer.TryDeal(request.Signal, _split, request.Payload, compressed, router, out var parts, out string? error))
            return new(new ConsumeResult(ConsumeStatus.Invalid, error));

        request.Counted(parts.ItemCount, parts.OldItems);
        if (parts.ItemCount == 0)
        {
            parts.Dispose();
            return new(ConsumeResult.Accepted);
        }

        _metrics.MissingKey(request.Signal, parts.MissingKeyItems);
        _slots.Routed(table, parts);
        if (_retry is not null)
            return new(ConsumeWithRetries(request, parts, cancellationToken));
        var limit = _timeout > TimeSpan.Zero && _timeout < LongestPatience ? _timeout : LongestPatience;
        var patience = request.Patience < limit ? request.Patience.Value : limit;
        return parts.Count == 1 ? EnqueueOne(parts, patience) : EnqueueAll(parts, patience);
    }

    /// <summary>What splits a request, and the table that it routes by.</summary>
    private IKeyRouter RouterFor(ref RoutingTable table)
    {
        if (_handover is null)
            return table;
        var router = _handover.RouterFor(table);
        table = router.Table;
        return router;
    }

    private ValueTask<ConsumeResult> EnqueueOne(DealtParts parts, TimeSpan patience)
    {
        var call = Enqueue(parts[0], patience);
        if (!call.IsCompletedSuccessfully)
            return AwaitOne(call, parts);

        parts.Dispose();
        var tally = default(EnqueueTally);
        tally.Add(call.Result, 0);
        return new(tally.ToResult());
    }

    private async ValueTask<ConsumeResult> AwaitOne(Task<EnqueueOutcome> call, DealtParts parts)
    {
        var tally = default(EnqueueTally);
        await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Take(call, parts, 0, ref tally);
        parts.Dispose();
        return tally.ToResult();
    }

    private ValueTask<ConsumeResult> EnqueueAll(DealtParts parts, TimeSpan patience)
    {
        var calls = ArrayPool<Task<EnqueueOutcome>>.Shared.Rent(parts.Count);
        bool answered = true;
        for (int i = 0; i < parts.Count; i++)
            answered &= (calls[i] = Enqueue(parts[i], patience)).IsCompleted;
        return answered ? new(Collect(calls, parts)) : AwaitAll(calls, parts);
    }

    private async ValueTask<ConsumeResult> AwaitAll(Task<EnqueueOutcome>[] calls, DealtParts parts)
    {
        for (int i = 0; i < parts.Count; i++)
            await ((Task)calls[i]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Collect(calls, parts);
    }

    private ConsumeResult Collect(Task<EnqueueOutcome>[] calls, DealtParts parts)
    {
        var tally = default(EnqueueTally);
        int count = parts.Count;
        for (int i = 0; i < count; i++)
            Take(calls[i], parts, i, ref tally);

        parts.Dispose();
        Array.Clear(calls, 0, count);
        ArrayPool<Task<EnqueueOutcome>>.Shared.Return(calls);
        return tally.ToResult();
    }

    private void Take(Task<EnqueueOutcome> call, DealtParts parts, int index, ref EnqueueTally tally)
    {
        if (call.IsCompletedSuccessfully)
        {
            tally.Add(call.Result, parts[index].Part.ItemCount);
            return;
        }

        LogLost(call.Exception?.InnerException, ComponentId, parts[index].Slot);
        parts.Abandon(index);
        tally.AddLost();
    }

    private Task<EnqueueOutcome> Enqueue(in DealtPart part, TimeSpan patience)
    {
        try
        {
            return _exporters[part.Slot].Enqueue(part.Part, patience);
        }
#pragma warning disable CA1031 // a call that fails at once is lost like one that fails later
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Task.FromException<EnqueueOutcome>(exception);
        }
    }
}
