using Microsoft.Extensions.Logging;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Telemetry;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Exporting.Queueing;

/// <summary>
/// The queue of a grain: takes parts in, keeps them in memory or in a store, merges them if it is told to, and has its owner see as many
/// of them through at a time as there are consumers. Used on its grain's turns only; what takes long happens off them.
/// </summary>
/// <param name="name">The owner's key, for the log.</param>
/// <param name="options">How much it holds, and how.</param>
/// <param name="metrics">What it counts.</param>
/// <param name="owner">Whose queue it is.</param>
/// <param name="pool">Where the memory of batches comes from.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The owner's log.</param>
internal sealed partial class GrainQueue(
    string name, QueueOptions options, QueueMetrics metrics, IQueueOwner owner, PayloadPool pool, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan DeactivationPatience = TimeSpan.FromSeconds(5);
    private static readonly Task<EnqueueOutcome> Accepted = Task.FromResult(EnqueueOutcome.Accepted);

    private readonly CancellationTokenSource _abandoned = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly PartQueue _queue = new(options.Size, time);
    private int _consumers;

    /// <summary>How many parts have been accepted that are not done.</summary>
    public int Count => _queue.Count;

    /// <summary>Nothing more is accepted.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>The time for emptying the queue is over: what is left is dropped, or stays stored.</summary>
    public bool IsAbandoned => _abandoned.IsCancellationRequested;

    /// <summary>Ends when the time for emptying the queue is over.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>Parts that were dropped because the process ended.</summary>
    public int LeftRequests { get; private set; }

    /// <summary>Items in those parts.</summary>
    public long LeftItems { get; private set; }

    /// <summary>Takes a part in. Answers when it is accepted or refused; with <c>wait_for_result</c> when it is done.</summary>
    public Task<EnqueueOutcome> Enqueue(ExportPart part, TimeSpan patience)
    {
        long room = options.Sizer.RoomFor(part.ItemCount, part.PlainLength > 0 ? part.PlainLength : part.Payload.Length);
        if (IsStopping)
            return Task.FromResult(Refuse(part, EnqueueOutcome.Stopping));
        if (room > options.Size)
            return Task.FromResult(Refuse(part, EnqueueOutcome.TooLarge));
        if (_log is not null)
            return EnqueueStored(part, room, patience);
        if (_queue.TryEnter(room))
            return Add(part, room, patience);
        return options.BlockOnOverflow && patience > TimeSpan.Zero
            ? EnqueueWhenThereIsRoom(part, room, patience)
            : Task.FromResult(Refuse(part, EnqueueOutcome.QueueFull));
    }

    /// <summary>Gives a part room, full or not.</summary>
    public void Admit(QueuedPart part)
    {
        part.Room = options.Sizer.RoomFor(part.Items, part.PlainLength);
        _queue.EnterRegardless(part.Room);
        metrics.Resized(_queue.Used);
    }

    public EnqueueOutcome Refuse(ExportPart part, EnqueueOutcome outcome)
    {
        metrics.EnqueueFailed(part.Signal, part.ItemCount);
        return outcome;
    }

    /// <summary>A part is delivered, or somebody else has it.</summary>
    public void Finish(QueuedPart part) => Finish(part, EnqueueOutcome.Accepted);

    /// <summary>A part is done; callers that wait for it hear how.</summary>
    public void Finish(QueuedPart part, EnqueueOutcome outcome)
    {
        part.Finish();
        if (part.Room > 0)
            _queue.Leave(part.Room);
        foreach (var origin in part.Origins)
        {
            if (origin.Leave(outcome))
                Conclude(origin);
        }

        metrics.Resized(_queue.Used);
    }

    /// <summary>Gives a part up; callers that wait for it hear why, so that for them nothing is lost that was accepted.</summary>
    public void Drop(QueuedPart part, string reason, EnqueueOutcome outcome)
    {
        if (reason == DropReason.Shutdown && part.IsStored)
        {
            Keep(part, outcome);
            return;
        }

        CountDropped(part, reason, part.Items);
        Finish(part, outcome);
    }

    /// <summary>
    /// Accepts nothing more and waits until everything is done, which retries are made for at once and go on. What is left when the patience is over is dropped
    /// and counted, or stays stored. Then the store hears what is done.
    /// </summary>
    public async Task Drain(TimeSpan patience, CancellationToken cancellationToken)
    {
        await Empty(patience, cancellationToken);
        await Close(cancellationToken);
    }

    /// <summary>Drains the queue of an activation that ends, which has less time for it than a process.</summary>
    public Task Drain(CancellationToken cancellationToken) => Drain(DeactivationPatience, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ended.IsCancellationRequested)
            return;
        _ended.Cancel();
        _ended.Dispose();
        _abandoned.Dispose();
        _log?.Dispose();
    }

    private async Task Empty(TimeSpan patience, CancellationToken cancellationToken)
    {
        IsStopping = true;
        _queue.TurnCallersAway();
        _log?.Hurry();
        FlushLanes();
        owner.LookAgain();
        await _queue.WhenEmpty().WaitAsync(patience, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if (_queue.Count == 0)
            return;

        await _abandoned.CancelAsync();
        owner.LookAgain();
        LeaveStored();
        while (_queue.TryTake(out var part))
            Drop(part, DropReason.Shutdown, EnqueueOutcome.Stopping);
        DropLanes();
        await _queue.WhenEmpty().WaitAsync(cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<EnqueueOutcome> EnqueueWhenThereIsRoom(ExportPart part, long room, TimeSpan patience)
    {
        long began = time.GetTimestamp();
        if (!await _queue.Enter(room, patience))
            return Refuse(part, IsStopping ? EnqueueOutcome.Stopping : EnqueueOutcome.QueueFull);
        if (IsStopping)
        {
            _queue.Leave(room);
            return Refuse(part, EnqueueOutcome.Stopping);
        }

        return await Add(part, room, Longer(patience - time.GetElapsedTime(began), TimeSpan.FromTicks(1)));
    }

    private Task<EnqueueOutcome> Add(ExportPart message, long room, TimeSpan patience)
    {
        var part = new QueuedPart(message, owner.Slot, owner.Seating) { Room = room };
        var answer = options.WaitForResult || message.AwaitsDelivery ? part.Await(patience, time) : Accepted;
        metrics.Resized(_queue.Used);
        if (_former is not null)
        {
            AddToBatch(part);
            return answer;
        }

        _queue.Add(part);
        if (_consumers < options.Consumers)
            _ = Consume();
        return answer;
    }

    // Consumers come into being with the parts and end with the queue.
    private async Task Consume()
    {
        _consumers++;
        while (_queue.TryTake(out var part) || (_log is not null && (part = await TakeStored()) is not null))
            await owner.SeeThrough(part);
        _consumers--;
        owner.EndIfUnneeded();
    }

    /// <summary>Counts items of a part that are given up, unless somebody waits who hears of it.</summary>
    public void CountDropped(QueuedPart part, string reason, int items)
    {
        metrics.SendFailed(part.Signal, items);
        if (part.IsAwaited || part.IsRefused)
            return;
        metrics.Dropped(part.Signal, reason, items);
        if (reason != DropReason.Shutdown)
            return;
        LeftRequests += Math.Max(1, part.Origins.Length);
        LeftItems += items;
    }

    /// <summary>A part stays in the store.</summary>
    public void Keep(QueuedPart part, EnqueueOutcome outcome)
    {
        foreach (var origin in part.Origins)
            origin.IsKept = true;
        Finish(part, outcome);
    }

    private void Conclude(PartOrigin origin)
    {
        if (origin is { Place: { } place, IsKept: false })
            _log!.Ack(place);
        if (origin.Room > 0)
            _queue.Leave(origin.Room);
        origin.Caller?.SetResult(origin.Outcome);
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
