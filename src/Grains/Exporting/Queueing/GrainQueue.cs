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
    private readonly CancellationTokenSource _leaving = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly PartQueue _queue = new(options.Size, time);
    private CreditLedger? _ledger;
    private int _consumers;

    private CreditLedger Credits => _ledger ??= new CreditLedger(_queue, options.Size, time);

    /// <summary>How many parts have been accepted that are not done.</summary>
    public int Count => _queue.Count;

    /// <summary>Nothing more is accepted.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>The time for emptying the queue is over: what is left is dropped, or stays stored.</summary>
    public bool IsAbandoned => _abandoned.IsCancellationRequested;

    /// <summary>Ends when the time for emptying the queue is over.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>Ends when the queue is given up here, or when what it holds goes to others: nothing is tried again here then.</summary>
    public CancellationToken Leaving => _leaving.Token;

    /// <summary>Parts that were dropped because the process ended.</summary>
    public int LeftRequests { get; private set; }

    /// <summary>Items in those parts.</summary>
    public long LeftItems { get; private set; }

    /// <summary>Takes a part in. Answers when it is accepted or refused; with <c>wait_for_result</c> when it is done.</summary>
    /// <param name="part">The part; the caller keeps its reference to the payload until the answer.</param>
    /// <param name="terms">Who pays for the room, and how long the caller waits.</param>
    /// <param name="gone">The caller has gone.</param>
    public Task<EnqueueOutcome> Enqueue(ExportPart part, EnqueueTerms terms, CancellationToken gone)
    {
        long room = options.Sizer.RoomFor(part);
        if (terms.Router is { } router)
            Credits.Redeem(router, room);
        if (IsStopping)
            return Task.FromResult(Refuse(part, EnqueueOutcome.Stopping));
        bool hasRoom = terms.AcceptedBefore || terms.Router is not null;
        if (!hasRoom && room > options.Size)
            return Task.FromResult(Refuse(part, EnqueueOutcome.TooLarge));
        if (_log is not null)
            return EnqueueStored(part, room, terms.Patience, hasRoom, gone);
        if (hasRoom)
            _queue.EnterRegardless(room);
        else if (!_queue.TryEnter(room))
        {
            return options.BlockOnOverflow && terms.Patience > TimeSpan.Zero
                ? EnqueueWhenThereIsRoom(part, room, terms.Patience, gone)
                : Task.FromResult(Refuse(part, EnqueueOutcome.QueueFull));
        }

        return Add(part, room, terms.Patience, gone);
    }

    /// <summary>Grants room to a router as soon as there is the least that is of use to it, or when its patience is over.</summary>
    public async Task<CreditGrant> GrantCredit(CreditRequest request)
    {
        Credits.Settle(request);
        var refusal = IsStopping ? EnqueueOutcome.Stopping : _log is null ? null : await RefusalByStore(request.Patience);
        if (refusal is null && request.Least > _queue.Free && await _queue.Enter(Math.Min(request.Least, options.Size), request.Patience))
            _queue.LeaveAll(1, Math.Min(request.Least, options.Size));
        if (_queue.Count > 0)
            _queue.Drained.Pass();

        // those who wait behind come after the promise: they must not get the room that this one has waited for
        long room = refusal is null && !IsStopping ? Credits.Promise(request) : 0;
        _queue.GrantWaiting();
        return new CreditGrant
        {
            Session = Credits.Session,
            Room = room,
            DrainRate = _queue.Drained.PerSecond,
            Refusal = IsStopping ? EnqueueOutcome.Stopping : refusal,
        };
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

    /// <summary>The caller of a part has gone: it is not sent, and counted as what it is to a router, a part that was not delivered.</summary>
    public void Withdraw(QueuedPart part)
    {
        metrics.SendFailed(part.Signal, part.Items);
        Finish(part, EnqueueOutcome.Cancelled);
    }

    /// <summary>Gives a part up; callers that wait for it hear why, so that for them nothing is lost that was accepted.</summary>
    public void Drop(QueuedPart part, string reason, EnqueueOutcome outcome)
    {
        if (reason == DropReason.Shutdown && (part.IsStored ? TryKeep(part, outcome) : TryLeave(part)))
            return;

        CountDropped(part, reason, part.Items);
        Finish(part, outcome);
    }

    /// <summary>
    /// Accepts nothing more and waits until everything is done, which retries are made for at once and go on. What is left when the patience is over is dropped
    /// and counted, or stays stored. Then the store hears what is done.
    /// </summary>
    /// <param name="patience">The patience.</param>
    /// <param name="heirs">Who takes what is not on its way, if anybody does.</param>
    /// <param name="cancellationToken">Ends the patience.</param>
    public async Task Drain(TimeSpan patience, IPartHeirs? heirs, CancellationToken cancellationToken)
    {
        _heirs ??= heirs;
        await Empty(patience, cancellationToken);
        if (_movedParts > 0)
            LogMoved(_movedParts, name);
        _movedParts = 0;
        await Close(cancellationToken);
    }

    /// <summary>Drains the queue of an activation that ends, which has less time for it than a process.</summary>
    public Task Drain(IPartHeirs? heirs, CancellationToken cancellationToken) => Drain(DeactivationPatience, heirs, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ended.IsCancellationRequested)
            return;
        _ended.Cancel();
        _ended.Dispose();
        _leaving.Dispose();
        _abandoned.Dispose();
        _log?.Dispose();
    }

    private async Task Empty(TimeSpan patience, CancellationToken cancellationToken)
    {
        IsStopping = true;
        _queue.TurnCallersAway();
        _log?.Hurry();
        if (IsMoving)
        {
            await _leaving.CancelAsync();
            Move();
        }
        else
        {
            FlushLanes();
        }

        owner.LookAgain();
        await _queue.WhenEmpty().WaitAsync(patience, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if (_queue.Count == 0)
            return;

        await _abandoned.CancelAsync();
        await _leaving.CancelAsync();
        owner.LookAgain();
        LeaveStored();
        while (_queue.TryTake(out var part))
            Drop(part, DropReason.Shutdown, EnqueueOutcome.Stopping);
        DropLanes();
        await _queue.WhenEmpty().WaitAsync(cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<EnqueueOutcome> EnqueueWhenThereIsRoom(ExportPart part, long room, TimeSpan patience, CancellationToken gone)
    {
        long began = time.GetTimestamp();
        if (!await _queue.Enter(room, patience, gone))
            return Refuse(part, gone.IsCancellationRequested ? EnqueueOutcome.Cancelled : IsStopping ? EnqueueOutcome.Stopping : EnqueueOutcome.QueueFull);
        if (IsStopping)
        {
            _queue.Leave(room);
            return Refuse(part, EnqueueOutcome.Stopping);
        }

        return await Add(part, room, EnqueueTerms.PatienceLeft(patience, time.GetElapsedTime(began)), gone);
    }

    private Task<EnqueueOutcome> Add(ExportPart message, long room, TimeSpan patience, CancellationToken gone)
    {
        var part = new QueuedPart(message, owner.Slot, owner.Seating) { Room = room };
        metrics.Resized(_queue.Used);
        if (!options.WaitForResult && !message.AwaitsDelivery)
        {
            Begin(part);
            return Accepted;
        }

        var answer = part.Await(patience, time, gone);
        Begin(part);
        return gone.CanBeCanceled && !answer.IsCompleted ? AnswerOrWithdraw(part, answer, gone) : answer;
    }

    private void Begin(QueuedPart part)
    {
        if (_former is not null)
        {
            AddToBatch(part);
            return;
        }

        _queue.Add(part);
        if (_consumers < options.Consumers)
            _ = Consume();
    }

    // A caller who went away has not heard that its part was accepted, and sends it again: what is not on its way yet is not sent. One that is notices by itself.
    private async Task<EnqueueOutcome> AnswerOrWithdraw(QueuedPart part, Task<EnqueueOutcome> answer, CancellationToken gone)
    {
        await ((Task)answer).WaitAsync(gone).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if (answer.IsCompleted)
            return await answer;
        if (part is { IsTaken: false, IsFinished: false })
            Withdraw(part);
        return EnqueueOutcome.Cancelled;
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
}
