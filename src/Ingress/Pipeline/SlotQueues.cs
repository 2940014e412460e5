using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Orleans;
using OrleansLb.Grains.Dealing;
using OrleansLb.Grains.Exporting;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;
using OrleansLb.Ingress.Admission;

namespace OrleansLb.Ingress.Pipeline;

/// <summary>
/// The queues of one exporter's ring slots in one lane, as a router sees them: takes room for all parts of a request, and then hands them over, one call per ring slot, at the same time.
/// A part that a queue turns down because its silo goes is handed to another lane at once; one that nobody has answered for may be there, so its client has to send it again.
/// </summary>
internal sealed partial class SlotQueues : ILaneQueues
{
    private const int FewSlots = 64;

    // a part that so many lanes have turned down comes again with its client
    private const int MostLanes = 3;

    private readonly string _componentId;
    private readonly string _router;
    private readonly QueueSizer _sizer;
    private readonly GrainReferences _exporters;
    private readonly AdmissionControl? _admission;
    private readonly ILogger _logger;

    private readonly Func<SlotQueues, SlotQueues?> _elsewhere;
    private readonly Action<LaneIdentity> _doubt;
    private readonly LaneAnswers _answers;

    private EnqueueTerms _usualTerms = new();

    /// <param name="options">The exporter.</param>
    /// <param name="grains">Its grains.</param>
    /// <param name="lane">The lane.</param>
    /// <param name="elsewhere">The queues of another lane, or null.</param>
    /// <param name="doubt">Hears of a lane that does not answer.</param>
    /// <param name="answers">Waits for the lane's answers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The router's.</param>
    public SlotQueues(
        LoadBalancingOptions options,
        IGrainFactory grains,
        LaneIdentity lane,
        Func<SlotQueues, SlotQueues?> elsewhere,
        Action<LaneIdentity> doubt,
        LaneAnswers answers,
        TimeProvider time,
        ILogger logger)
    {
        Lane = lane;
        (_elsewhere, _doubt, _answers) = (elsewhere, doubt, answers);
        _componentId = options.ComponentId;
        _router = $"{options.ComponentId}/{lane.Name}/{Guid.NewGuid():N}";
        _sizer = options.Queue.Sizer;
        _exporters = new GrainReferences(grains, options.ComponentId, lane.Name);
        _logger = logger;

        // without a queue there is no room to be taken: every part is on its way at once
        if (options.Queue.Enabled)
            _admission = new AdmissionControl(options.Queue, _router, (slot, request) => answers.Of(() => _exporters[slot].GrantCredit(request)), time);
    }

    public LaneIdentity Lane { get; }

    /// <summary>Whether a request can be turned away unread.</summary>
    public bool IsHopeless(out EnqueueOutcome? refusal)
    {
        refusal = null;
        return _admission is not null && _admission.IsHopeless(out refusal);
    }

    /// <summary>How long a request waits for room whose client waits for an answer.</summary>
    public TimeSpan WaitOf(TimeSpan patience) => _admission?.WaitOf(patience) ?? patience;

    /// <summary>Takes room for all parts if there is some; otherwise for none.</summary>
    public bool TryReserve(DealtParts parts)
    {
        if (_admission is null)
            return true;
        var rooms = parts.Count <= FewSlots ? stackalloc SlotRoom[parts.Count] : new SlotRoom[parts.Count];
        RoomsOf(parts, rooms);
        return _admission.TryReserve(rooms);
    }

    /// <summary>Takes room for all parts as soon as there is some.</summary>
    /// <returns>Accepted when it is taken; else why it is not.</returns>
    public ValueTask<EnqueueOutcome> Reserve(DealtParts parts, TimeSpan wait, CancellationToken gone)
    {
        if (_admission is null)
            return new(EnqueueOutcome.Accepted);
        var rooms = new SlotRoom[parts.Count];
        RoomsOf(parts, rooms);
        return _admission.Reserve(rooms, wait, gone);
    }

    /// <inheritdoc cref="Reserve(DealtParts, TimeSpan, CancellationToken)"/>
    public ValueTask<EnqueueOutcome> Reserve(IReadOnlyList<DealtParts> dealt, TimeSpan wait, CancellationToken gone)
    {
        if (_admission is null)
            return new(EnqueueOutcome.Accepted);
        if (dealt is [var only])
            return Reserve(only, wait, gone);

        // parts of a request that is offered again may meet at a ring slot
        var rooms = new SortedDictionary<int, long>();
        foreach (var parts in dealt)
        {
            for (int i = 0; i < parts.Count; i++)
                rooms[parts[i].Slot] = rooms.GetValueOrDefault(parts[i].Slot) + _sizer.RoomFor(parts[i].Part);
        }

        return _admission.Reserve([.. rooms.Select(static room => new SlotRoom(room.Key, room.Value))], wait, gone);
    }

    /// <summary>The room that was taken for parts is not going to be used.</summary>
    public void GiveBack(DealtParts parts)
    {
        if (_admission is null)
            return;
        var rooms = new SlotRoom[parts.Count];
        RoomsOf(parts, rooms);
        _admission.GiveBack(rooms);
    }

    /// <summary>Hands over parts that have room, and disposes of them when every grain has answered: until then the grains may read them.</summary>
    public ValueTask<EnqueueTally> Enqueue(DealtParts parts, TimeSpan patience, CancellationToken gone)
    {
        var terms = TermsFor(patience);
        var lost = Lost;
        if (parts.Count == 1)
            return EnqueueOne(parts, terms, lost, gone);
        var calls = ArrayPool<Task<EnqueueOutcome>>.Shared.Rent(parts.Count);
        bool answered = true;
        for (int i = 0; i < parts.Count; i++)
        {
            calls[i] = Enqueue(parts[i], terms, gone);
            answered &= calls[i].IsCompleted && !IsTurnedDown(calls[i]);
        }

        return answered ? new(Collect(calls, parts)) : AwaitAll(calls, parts, terms, lost, gone);
    }

    /// <summary>The terms for parts whose room is taken.</summary>
    public EnqueueTerms TermsFor(TimeSpan patience)
    {
        var usual = _usualTerms;
        if (usual.Router is not null && usual.Patience == patience)
            return usual;
        return _usualTerms = new EnqueueTerms { Patience = patience, Router = _router };
    }

    /// <summary>Hands over one part that has room. Whatever fails is in the task.</summary>
    public Task<EnqueueOutcome> Enqueue(in DealtPart part, EnqueueTerms terms, CancellationToken gone)
    {
        try
        {
            return _exporters[part.Slot].Hand(part.Part, terms, gone);
        }
#pragma warning disable CA1031 // a call that fails at once is lost like one that fails later
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Task.FromException<EnqueueOutcome>(exception);
        }
    }

    /// <inheritdoc cref="LaneAnswers.Lost"/>
    public Task Lost => _answers.Lost;

    /// <summary>Takes the answer to one part into account; one that has not come is none.</summary>
    public void Take(Task<EnqueueOutcome> call, DealtParts parts, int index, ref EnqueueTally tally)
    {
        var (slot, part) = parts[index];
        if (call.IsCompletedSuccessfully)
        {
            tally.Add(call.Result, part.ItemCount);
            if (call.Result.IsRefusalOfQueue)
                _admission?.Distrust(slot);
            if (call.Result.Status == EnqueueStatus.Stopping)
                _doubt(Lane);
            return;
        }

        _doubt(Lane);

        LogLost(call.Exception?.InnerException, _componentId, slot);
        _admission?.Lose(new SlotRoom(slot, _sizer.RoomFor(part)));
        parts.Abandon(index);
        tally.AddLost();
    }

    private ValueTask<EnqueueTally> EnqueueOne(DealtParts parts, EnqueueTerms terms, Task lost, CancellationToken gone)
    {
        var call = Enqueue(parts[0], terms, gone);
        if (!call.IsCompletedSuccessfully || IsTurnedDown(call))
            return AwaitOne(call, parts, terms, lost, gone);

        var tally = default(EnqueueTally);
        Take(call, parts, 0, ref tally);
        parts.Dispose();
        return new(tally);
    }

    // A call within the process comes back on a later turn, so whatever awaits it on the path of a request is kept in a pool.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<EnqueueTally> AwaitOne(Task<EnqueueOutcome> call, DealtParts parts, EnqueueTerms terms, Task lost, CancellationToken gone)
    {
        var tally = default(EnqueueTally);
        await LaneAnswers.WhenAnswered(call, lost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (IsTurnedDown(call))
            call = await OfferElsewhere(call, parts[0], terms, gone).ConfigureAwait(false);
        Take(call, parts, 0, ref tally);
        parts.Dispose();
        return tally;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<EnqueueTally> AwaitAll(Task<EnqueueOutcome>[] calls, DealtParts parts, EnqueueTerms terms, Task lost, CancellationToken gone)
    {
        for (int i = 0; i < parts.Count; i++)
        {
            await LaneAnswers.WhenAnswered(calls[i], lost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (IsTurnedDown(calls[i]))
                calls[i] = await OfferElsewhere(calls[i], parts[i], terms, gone).ConfigureAwait(false);
        }

        return Collect(calls, parts);
    }

    private static bool IsTurnedDown(Task<EnqueueOutcome> call) => call.IsCompletedSuccessfully && call.Result.Status == EnqueueStatus.Stopping;

    /// <summary>Offers a part, of which this lane's queue has nothing, to the other lanes: without credit, since the room that was taken for it is here.</summary>
    /// <returns>Completed; what the last of them answered.</returns>
    private async ValueTask<Task<EnqueueOutcome>> OfferElsewhere(Task<EnqueueOutcome> call, DealtPart part, EnqueueTerms terms, CancellationToken gone)
    {
        _admission?.Distrust(part.Slot);
        _doubt(Lane);
        var unpaid = terms with { Router = null };
        var tried = this;
        for (int i = 0; i < MostLanes && IsTurnedDown(call) && _elsewhere(tried) is { } other && other != this; i++, tried = other)
        {
            var lost = other.Lost;
            call = other.Enqueue(part, unpaid, gone);
            await LaneAnswers.WhenAnswered(call, lost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (IsTurnedDown(call))
                _doubt(other.Lane);
        }

        return call;
    }

    private EnqueueTally Collect(Task<EnqueueOutcome>[] calls, DealtParts parts)
    {
        var tally = default(EnqueueTally);
        int count = parts.Count;
        for (int i = 0; i < count; i++)
            Take(calls[i], parts, i, ref tally);

        parts.Dispose();
        Array.Clear(calls, 0, count);
        ArrayPool<Task<EnqueueOutcome>>.Shared.Return(calls);
        return tally;
    }

    private void RoomsOf(DealtParts parts, Span<SlotRoom> rooms)
    {
        for (int i = 0; i < rooms.Length; i++)
            rooms[i] = new SlotRoom(parts[i].Slot, _sizer.RoomFor(parts[i].Part));
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{ComponentId}: the exporter grain of ring slot {Slot} did not answer")]
    private partial void LogLost(Exception? exception, string componentId, int slot);
}
