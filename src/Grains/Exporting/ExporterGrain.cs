using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Storage;
using OrleansLb.Grains.Dealing;
using OrleansLb.Grains.Ejection;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.Queueing;
using OrleansLb.Grains.Exporting.StoredQueues;
using OrleansLb.Grains.Lanes;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Grains.Telemetry;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Exporting;

/// <summary>
/// Queues the parts of one ring slot and lane, in memory or in a store, and sends them to the slot's backend, whoever that is at the time. The queue
/// belongs to the slot: a replacement inherits it, and the parts of a seat that stays vacant are dealt out to their new owners.
/// </summary>
/// <remarks>
/// Kept alive, since neither its queue nor its connection may go for want of calls; it ends itself when its seat is vacant and its
/// queue is empty. Encoding happens off the grain's turns, all bookkeeping on them; sending begins on one and goes on elsewhere.
/// </remarks>
[Reentrant, KeepAlive, LanePlacement]
internal sealed partial class ExporterGrain(
    IExporterCatalog catalog,
    IRoutingTables tables,
    IOtlpClientPool clients,
    RequestDealer dealer,
    ActiveExporterGrains active,
    ExporterMetrics instruments,
    BackendHealth backends,
    ILanes lanes,
    NextActivations next,
    PayloadPool pool,
    TimeProvider time,
    ILogger<ExporterGrain> logger) : Grain, IExporterGrain, IQueueOwner, IDisposable
{
    private readonly CancellationTokenSource _ended = new();

    private ExporterGrainKey _key;
    private LoadBalancingOptions _options = null!;
    private GrainQueue _queue = null!;
    private QueueMetrics _metrics = null!;
    private TableWatch _watch = null!;
    private BackendTenure _tenure = null!;
    private SlotHealth _health = null!;
    private IOtlpClient? _connection;
    private LaneMember _lane = null!;
    private bool _failing;
    private bool _held;

    int IQueueOwner.Slot => _key.Slot;

    long? IQueueOwner.Seating => _watch.SinceOf(_key.Slot);

    private IQueueIndexGrain Index => GrainFactory.GetGrain<IQueueIndexGrain>(new QueueIndexKey(_key.ComponentId, IsTopLevel: false).ToString());

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = ExporterGrainKey.Parse(this.GetPrimaryKeyString());
        _options = catalog.Get(_key.ComponentId);
        _metrics = instruments.Track(_key, _options.Queue.Size);
        _queue = new GrainQueue(_key.ToString(), _options.Queue, _metrics, this, pool, time, logger);
        _watch = new TableWatch(tables, _key.ComponentId, time);
        _tenure = new BackendTenure(_options.Membership.LeavingGrace, time);
        _health = backends.Track(_key.ComponentId, _key.Slot);
        _lane = new LaneMember(lanes, next, new ExporterSiblings(GrainFactory, _key), _key.ToString(), _key.Lane, _key.ComponentId, _queue, _metrics, time, logger);
        active.Add(_key, Drain);
        long known = _watch.Current.Epoch;
        AdoptBackend();
        if (_options.Queue is { Enabled: true, Storage: { } store })
            _queue.Open(ServiceProvider.GetRequiredKeyedService<IGrainStorage>(store), this.GetGrainId());
        _ = _watch.Follow(known, FollowBackend, fault => LogTablesLost(fault, _key.ComponentId), _ended.Token);
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
        _health.Dispose();
        _metrics.Dispose();
        _connection?.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended.Dispose();
        _queue?.Dispose();
        _watch?.Dispose();
        _tenure?.Dispose();
    }

    /// <inheritdoc/>
    public Task<EnqueueOutcome> Enqueue(ExportPart part, EnqueueTerms terms, CancellationToken cancellationToken)
    {
        if (_lane.TryPassOn(part, _key.Slot, terms, cancellationToken) is { } passedOn)
            return passedOn;
        if (_options.Queue.Enabled)
            return _queue.Enqueue(part, terms, cancellationToken);
        return _queue.IsStopping
            ? Task.FromResult(_queue.Refuse(part, EnqueueOutcome.Stopping))
            : DeliverWhileCallerWaits(part, terms.Patience, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<EnqueueOutcome> EnqueueAndWait(ExportPart part, EnqueueTerms terms, CancellationToken cancellationToken) => Enqueue(part, terms, cancellationToken);

    /// <inheritdoc/>
    public Task<CreditGrant> GrantCredit(CreditRequest request) => _lane.GrantCredit(request);

    /// <inheritdoc/>
    public Task Wake() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<DrainReport> Drain(TimeSpan patience)
    {
        await _lane.Drain(patience);
        return new DrainReport(_key.Slot, _watch.EndpointOf(_key.Slot), _queue.LeftRequests, _queue.LeftItems, _queue.Kept);
    }

    /// <inheritdoc/>
    public void LookAgain()
    {
        if (_queue.IsAbandoned)
            _tenure.Abandon();
        _watch.Wake();
    }

    /// <inheritdoc/>
    public void EndIfUnneeded()
    {
        if (_queue is { Count: 0, IsOpening: false, IsStopping: false } && _connection is null && _watch.SinceOf(_key.Slot) is null)
            this.DeactivateOnIdle();
    }

    /// <inheritdoc/>
    public void EndOvertaken()
    {
        LogOvertaken(_key);
        this.DeactivateOnIdle();
    }

    ValueTask<ExportPart> IQueueOwner.EncodeForStore(ExportPart part)
    {
        part.Payload.Retain();

        // the store then has a fifth to keep; a batch is compressed when it is merged
        bool encodes = _options is { Client.Compression: ContentCoding.Gzip, Queue.Batch: null } && part.Payload.Coding == ContentCoding.Identity;
        return encodes ? new ValueTask<ExportPart>(Encode(part)) : ValueTask.FromResult(part);
    }

    Task IQueueOwner.Register() => Index.Register(_key.ToString());

    Task IQueueOwner.Unregister() => Index.Unregister(_key.ToString());

    private void AdoptBackend()
    {
        string? before = _tenure.Endpoint;
        _tenure.Change(_watch.EndpointOf(_key.Slot));
        if (_tenure.Endpoint != before)
            _health.Reset();
        if (_tenure.Endpoint is { } endpoint)
        {
            if (_connection is not null && endpoint == _metrics.Endpoint)
                return;
            var former = _connection;
            _connection = clients.Rent(endpoint, _options.Client);
            former?.Dispose();
            _metrics.Endpoint = endpoint;
            _failing = false;
            _held = false;
            return;
        }

        bool held = _watch.Current.HeldSeatOf(_key.Slot) is not null;
        if (_queue.Count > 0 && (_connection is not null || _held) && !held)
            LogDealingOut(_key.Slot, _key.ComponentId);
        _held = held;
        _connection?.Dispose();
        _connection = null;
    }

    private Task LookHome(CancellationToken cancellationToken)
    {
        if (_lane.GoesHome())
            this.DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private void FollowBackend()
    {
        AdoptBackend();
        EndIfUnneeded();
    }
}
