using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansLb.Grains.Dealing;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Grains.Telemetry;
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
[Reentrant, KeepAlive]
internal sealed partial class ExporterGrain(
    IExporterCatalog catalog,
    IRoutingTables tables,
    IOtlpClientPool clients,
    RequestDealer dealer,
    ActiveExporterGrains active,
    ExporterMetrics instruments,
    PayloadPool pool,
    TimeProvider time,
    ILogger<ExporterGrain> logger) : Grain, IExporterGrain, IDisposable
{
    /// <summary>How long an activation that ends undrained tries to empty its queue.</summary>
    private static readonly TimeSpan DeactivationPatience = TimeSpan.FromSeconds(5);

    private static readonly Task<EnqueueOutcome> Accepted = Task.FromResult(EnqueueOutcome.Accepted);
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenSource _abandoned = new();

    private ExporterGrainKey _key;
    private LoadBalancingOptions _options = null!;
    private PartQueue _queue = null!;
    private QueueMetrics _metrics = null!;
    private TableWatch _watch = null!;
    private BackendTenure _tenure = null!;
    private IOtlpClient? _connection;
    private int _consumers;
    private bool _stopping;
    private bool _failing;
    private bool _held;
    private int _leftRequests;
    private long _leftItems;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = ExporterGrainKey.Parse(this.GetPrimaryKeyString());
        _options = catalog.Get(_key.ComponentId);
        _queue = new PartQueue(_options.Queue.Size, time);
        OpenLanes();
        _metrics = instruments.Track(_key, _options.Queue.Size);
        _watch = new TableWatch(tables, _key.ComponentId, time);
        _tenure = new BackendTenure(_options.Membership.LeavingGrace, time);
        active.Add(_key);
        long known = _watch.Current.Epoch;
        AdoptBackend();
        if (_options.Queue is { Enabled: true, Storage: { } store })
            OpenStoredQueue(store);
        _ = _watch.Follow(known, FollowBackend, fault => LogTablesLost(fault, _key.ComponentId), _ended.Token);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await Empty(DeactivationPatience, cancellationToken);
        await CloseStoredQueue(cancellationToken);
        await _ended.CancelAsync();
        active.Remove(_key);
        _metrics.Dispose();
        _connection?.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended.Dispose();
        _abandoned.Dispose();
        _watch?.Dispose();
        _log?.Dispose();
        _tenure?.Dispose();
    }

    /// <inheritdoc/>
    public Task<EnqueueOutcome> Enqueue(ExportPart part, TimeSpan patience)
    {
        if (_stopping)
            return Task.FromResult(Refuse(part, EnqueueOutcome.Stopping));
        if (!_options.Queue.Enabled)
            return DeliverWhileCallerWaits(part, patience);

        long room = RoomFor(part.ItemCount, part.PlainLength > 0 ? part.PlainLength : part.Payload.Length);
        if (room > _options.Queue.Size)
            return Task.FromResult(Refuse(part, EnqueueOutcome.TooLarge));
        if (_log is not null)
            return EnqueueStored(part, room, patience);
        if (_queue.TryEnter(room))
            return Queue(part, room, patience);
        return _options.Queue.BlockOnOverflow && patience > TimeSpan.Zero
            ? EnqueueWhenThereIsRoom(part, room, patience)
            : Task.FromResult(Refuse(part, EnqueueOutcome.QueueFull));
    }

    /// <inheritdoc/>
    public async Task<DrainReport> Drain(TimeSpan patience)
    {
        await Empty(patience, CancellationToken.None);
        int kept = _log?.Left ?? 0;
        await CloseStoredQueue(CancellationToken.None);
        return new DrainReport(_key.Slot, _watch.EndpointOf(_key.Slot), _leftRequests, _leftItems, kept);
    }

    private long RoomFor(int items, int bytes) => _options.Queue.Sizer.RoomFor(items, bytes);

    private async Task<EnqueueOutcome> EnqueueWhenThereIsRoom(ExportPart part, long room, TimeSpan patience)
    {
        long began = time.GetTimestamp();
        if (!await _queue.Enter(room, patience))
            return Refuse(part, _stopping ? EnqueueOutcome.Stopping : EnqueueOutcome.QueueFull);
        if (_stopping)
        {
            _queue.Leave(room);
            return Refuse(part, EnqueueOutcome.Stopping);
        }

        return await Queue(part, room, Longer(patience - time.GetElapsedTime(began), TimeSpan.FromTicks(1)));
    }

    /// <summary>Answers at once, or with <c>wait_for_result</c> when the part is delivered or given up.</summary>
    private Task<EnqueueOutcome> Queue(ExportPart message, long room, TimeSpan patience)
    {
        var part = new QueuedPart(message, _key.Slot, _watch.SinceOf(_key.Slot)) { Room = room };
        var answer = _options.Queue.WaitForResult ? part.Await(patience, time) : Accepted;
        _metrics.Resized(_queue.Used);
        if (_former is not null)
        {
            AddToBatch(part);
            return answer;
        }

        _queue.Add(part);
        if (_consumers < _options.Queue.Consumers)
            _ = Consume();
        return answer;
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private EnqueueOutcome Refuse(ExportPart part, EnqueueOutcome outcome)
    {
        _metrics.EnqueueFailed(part.Signal, part.ItemCount);
        return outcome;
    }

    // Accepts nothing more; retries try at once and go on until the time is over.
    private async Task Empty(TimeSpan patience, CancellationToken cancellationToken)
    {
        _stopping = true;
        _queue.TurnCallersAway();
        FlushLanes();
        _watch.Wake();
        await _queue.WhenEmpty().WaitAsync(patience, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if (_queue.Count == 0)
            return;

        await _abandoned.CancelAsync();
        _tenure.Abandon();
        _watch.Wake();
        LeaveStored();
        while (_queue.TryTake(out var part))
            Drop(part, DropReason.Shutdown, EnqueueOutcome.Stopping);
        DropLanes();
        await _queue.WhenEmpty();
    }

    private void AdoptBackend()
    {
        _tenure.Change(_watch.EndpointOf(_key.Slot));
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

        bool held = _watch.SinceOf(_key.Slot) is not null;
        if (_queue.Count > 0 && (_connection is not null || _held) && !held)
            LogDealingOut(_key.Slot, _key.ComponentId);
        _held = held;
        _connection?.Dispose();
        _connection = null;
    }

    private void FollowBackend()
    {
        AdoptBackend();
        EndIfUnneeded();
    }

    private void EndIfUnneeded()
    {
        if (_queue.Count == 0 && !_isOpening && _connection is null && !_stopping && _watch.SinceOf(_key.Slot) is null)
            this.DeactivateOnIdle();
    }
}
