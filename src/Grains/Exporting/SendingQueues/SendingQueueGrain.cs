using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Storage;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.Queueing;
using OrleansLb.Grains.Exporting.StoredQueues;
using OrleansLb.Grains.Lanes;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Telemetry;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Exporting.SendingQueues;

/// <summary>
/// Queues the whole requests of one exporter, signal and lane, in memory or in a store, before they are split. Its consumers have them split by the
/// newest table; the parts that nobody takes are tried again there.
/// </summary>
/// <remarks>
/// A request that waits for backends to be known is not being tried: it keeps its place, and the time for retries has not begun. What is stored here and handed on to
/// queues in memory counts as done when it is delivered, so that it outlives the process.
/// </remarks>
[Reentrant, KeepAlive, LanePlacement]
internal sealed partial class SendingQueueGrain(
    IExporterCatalog catalog,
    IRoutingTables tables,
    IFanOuts fanOuts,
    ActiveExporterGrains active,
    ExporterMetrics instruments,
    ILanes lanes,
    NextActivations next,
    PayloadPool pool,
    TimeProvider time,
    ILogger<SendingQueueGrain> logger) : Grain, ISendingQueueGrain, IQueueOwner, IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenSource _hurry = new();

    private SendingQueueKey _key;
    private IFanOut _fanOut = null!;
    private GrainQueue _queue = null!;
    private QueueMetrics _metrics = null!;
    private TableWatch _watch = null!;
    private LaneMember _lane = null!;
    private bool _retries;
    private bool _awaitsDelivery;

    int IQueueOwner.Slot => 0;

    long? IQueueOwner.Seating => null;

    private IQueueIndexGrain Index => GrainFactory.GetGrain<IQueueIndexGrain>(new QueueIndexKey(_key.ComponentId, IsTopLevel: true).ToString());

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = SendingQueueKey.Parse(this.GetPrimaryKeyString());
        var exporter = catalog.Get(_key.ComponentId);
        var options = exporter.SendingQueue ?? throw new InvalidOperationException($"{_key.ComponentId} has no sending_queue");
        _fanOut = fanOuts.Get(_key.ComponentId);
        _retries = exporter.RetryOnFailure is not null;
        _awaitsDelivery = options.Storage is not null && exporter.Queue is { Enabled: true, Storage: null };
        _metrics = instruments.Track(_key, options.Size);
        _queue = new GrainQueue(_key.ToString(), options, _metrics, this, pool, time, logger);
        _watch = new TableWatch(tables, _key.ComponentId, time);
        _lane = new LaneMember(lanes, next, new SendingQueueSiblings(GrainFactory, _key), _key.ToString(), _key.Lane, _key.ComponentId, _queue, _metrics, time, logger);
        active.Add(_key, Drain);
        if (options.Storage is { } store)
            _queue.Open(ServiceProvider.GetRequiredKeyedService<IGrainStorage>(store), this.GetGrainId());
        _ = _watch.Follow(_watch.Current.Epoch, static () => { }, fault => LogTablesLost(fault, _key.ComponentId), _ended.Token);
        if (_lane.IsAway)
            this.RegisterGrainTimer(LookHome, new GrainTimerCreationOptions(LaneMember.LookPeriod, LaneMember.LookPeriod) { Interleave = true });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _lane.End(reason, GrainContext.Deactivated, cancellationToken);
        await _ended.CancelAsync();
        active.Remove(_key);
        _metrics.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended.Dispose();
        _hurry.Dispose();
        _queue?.Dispose();
        _watch?.Dispose();
    }

    /// <inheritdoc/>
    public Task<EnqueueOutcome> Enqueue(ExportPart request, EnqueueTerms terms, CancellationToken cancellationToken) =>
        _lane.TryPassOn(request, slot: 0, terms, cancellationToken) ?? _queue.Enqueue(request, terms, cancellationToken);

    /// <inheritdoc/>
    public Task<CreditGrant> GrantCredit(CreditRequest request) => _lane.GrantCredit(request);

    /// <inheritdoc/>
    public Task Wake() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<DrainReport> Drain(TimeSpan patience)
    {
        await _lane.Drain(patience);
        return new DrainReport(null, null, _queue.LeftRequests, _queue.LeftItems, _queue.Kept, _key.ToString());
    }

    /// <inheritdoc/>
    public async Task SeeThrough(QueuedPart part)
    {
        try
        {
            await _watch.Wait(part.PatienceLeft(time), () => _queue.IsAbandoned || (_queue.IsMoving && !part.StaysHere) || part.IsWithdrawn || !_watch.Current.IsEmpty, part.CallerGone);
            if (await _queue.TryPassOn(part))
                return;
            if (_queue.IsAbandoned)
                _queue.Drop(part, DropReason.Shutdown, EnqueueOutcome.Stopping);
            else if (part.IsWithdrawn)
                _queue.Withdraw(part);
            else if (part.HasExpired(time))
                _queue.Drop(part, DropReason.RetriesExhausted, EnqueueOutcome.Failure("the caller's time was over before the request was sent"));
            else
                await Conclude(part, await FanOut(part));
        }
#pragma warning disable CA1031 // a fault of ours must cost one request at most, and not in silence
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFault(fault, _key.ToString(), part.Items);
            if (!part.IsFinished)
                _queue.Drop(part, DropReason.Fault, EnqueueOutcome.Failure(fault.Message));
        }
    }

    /// <inheritdoc/>
    public void LookAgain()
    {
        _ = _hurry.CancelAsync();
        _watch.Wake();
    }

    /// <inheritdoc/>
    public void EndIfUnneeded()
    {
    }

    /// <inheritdoc/>
    public void EndOvertaken()
    {
        LogOvertaken(_key.ToString());
        this.DeactivateOnIdle();
    }

    private Task LookHome(CancellationToken cancellationToken)
    {
        if (_lane.GoesHome())
            this.DeactivateOnIdle();
        return Task.CompletedTask;
    }

    // As it is: it is going to be split, which takes what is not compressed.
    ValueTask<ExportPart> IQueueOwner.EncodeForStore(ExportPart part)
    {
        part.Payload.Retain();
        return ValueTask.FromResult(part);
    }

    Task IQueueOwner.Register() => Index.Register(_key.ToString());

    Task IQueueOwner.Unregister() => Index.Unregister(_key.ToString());

    // Splitting takes too long for a turn.
    private Task<FanOutResult> FanOut(QueuedPart part)
    {
        var left = part.PatienceLeft(time);
        var request = new FanOutRequest(part.ToMessage())
        {
            Patience = left == Timeout.InfiniteTimeSpan ? null : left,
            AwaitsDelivery = _awaitsDelivery,
            Hurry = _hurry.Token,
            Ended = _queue.Leaving,
            CallerGone = part.CallerGone,
        };
        return Task.Run(() => _fanOut.Deliver(request));
    }

    private async Task Conclude(QueuedPart part, FanOutResult result)
    {
        int undelivered = result.Undelivered.Sum(static rest => rest.ItemCount);
        bool isLeaving = _queue.IsAbandoned || _queue.IsMoving;
        if (undelivered > 0 && isLeaving && part.IsStored)
        {
            // what was taken must not come again after the next start
            bool isWhole = undelivered == part.Items;
            if (isWhole || !await _queue.TryStoreRest(result.Undelivered))
                _queue.Keep(part, EnqueueOutcome.Stopping);
            else
                _queue.Finish(part);
        }
        else
        {
            // whoever waits hears that the rest is to be sent again
            int passedOn = undelivered > 0 && isLeaving && !part.IsAwaited ? await _queue.PassOnRest(result.Undelivered) : 0;
            undelivered -= passedOn;
            if (undelivered > 0)
                _queue.CountDropped(part, isLeaving ? DropReason.Shutdown : DropReason.RetriesExhausted, undelivered);
            if (undelivered + result.RejectedItems > 0 && !isLeaving)
                Log(undelivered, result);
            _queue.Finish(part, result.Outcome);
        }

        if (result.RejectedItems > 0)
            _queue.CountDropped(part, DropReason.Permanent, result.RejectedItems);
        foreach (var rest in result.Undelivered)
            rest.Payload.Release();
    }

    private void Log(int undelivered, FanOutResult result)
    {
        if (undelivered > 0 && !_retries)
            LogDroppedWithoutRetry(undelivered + result.RejectedItems, _key.ToString(), result.Outcome.Message);
        else
            LogDropped(undelivered + result.RejectedItems, _key.ToString(), result.Outcome.Message);
    }
}
