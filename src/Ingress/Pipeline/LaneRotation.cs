using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;

namespace OrleansLb.Ingress.Pipeline;

/// <summary>
/// What a router keeps for each of its lanes, and whose turn it is: every request takes the next one, so that the lanes get the same whatever the number of routers. When the set
/// of lanes changes, those that stay keep what they have; requests under way end with what they began with. Safe for concurrent use.
/// </summary>
/// <remarks>What a router of a lane that has gone still held of a queue's credit is forgotten by the queue after 30 s; when the lane comes back its router is a new one, which holds none.</remarks>
internal sealed class LaneRotation<T>
    where T : class, ILaneQueues
{
    /// <summary>How long a request waits for room in its lane while there are others: a silo that was killed says nothing until it is declared dead.</summary>
    internal static readonly TimeSpan LaneWait = TimeSpan.FromMilliseconds(500);

    private readonly ILaneChoice _lanes;
    private readonly Func<LaneIdentity, T> _create;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private volatile Edition _edition;
    private int _turn;

    public LaneRotation(ILaneChoice lanes, Func<LaneIdentity, T> create, TimeProvider time)
    {
        (_lanes, _create, _time) = (lanes, create, time);
        _edition = Make(lanes.Current, []);
    }

    /// <summary>All of them, as of now.</summary>
    public IReadOnlyList<T> All => Newest().Items;

    /// <summary>The next one's, for a new request.</summary>
    public T Next()
    {
        var items = Newest().Items;
        return items.Length == 1 ? items[0] : items[(int)((uint)Interlocked.Increment(ref _turn) % (uint)items.Length)];
    }

    /// <summary>Another one, for what this one did not take; null when there is none.</summary>
    public T? OtherThan(T tried)
    {
        var items = Newest().Items;
        int at = Array.IndexOf(items, tried);
        return at < 0 ? items[0] : items.Length > 1 ? items[(at + 1) % items.Length] : null;
    }

    /// <inheritdoc cref="ILaneChoice.Doubt"/>
    public void Doubt(LaneIdentity lane) => _lanes.Doubt(lane);

    /// <summary>
    /// Takes room for a request in one lane: this one, or the next when this one does not answer, goes, or has had none for a while. Nothing of the request is anywhere yet, so that is safe.
    /// </summary>
    /// <param name="first">Where to begin.</param>
    /// <param name="wait">How long all of them together are waited for.</param>
    /// <param name="reserve">Takes room in a lane, within a time.</param>
    public async ValueTask<(T Queues, EnqueueOutcome Outcome)> Reserve(T first, TimeSpan wait, Func<T, TimeSpan, ValueTask<EnqueueOutcome>> reserve)
    {
        long began = _time.GetTimestamp();
        var queues = first;
        for (int others = All.Count - 1; ; others--)
        {
            bool isLast = others <= 0;
            var left = EnqueueTerms.PatienceLeft(wait, _time.GetElapsedTime(began));
            bool hurries = !isLast && (left > LaneWait || left == Timeout.InfiniteTimeSpan);
            var outcome = await reserve(queues, hurries ? LaneWait : left).ConfigureAwait(false);
            if (outcome.Status is EnqueueStatus.Stopping or EnqueueStatus.Failed)
                Doubt(queues.Lane);
            if (isLast || outcome.Status is EnqueueStatus.Accepted or EnqueueStatus.Cancelled || OtherThan(queues) is not { } other)
                return (queues, outcome);
            queues = other;
        }
    }

    private Edition Newest()
    {
        var edition = _edition;
        var lanes = _lanes.Current;
        return ReferenceEquals(edition.Lanes, lanes) ? edition : Change();
    }

    private Edition Change()
    {
        lock (_gate)
        {
            var lanes = _lanes.Current;
            if (ReferenceEquals(_edition.Lanes, lanes))
                return _edition;
            var known = new Dictionary<LaneIdentity, T>();
            for (int i = 0; i < _edition.Items.Length; i++)
                known.Add(_edition.Lanes[i], _edition.Items[i]);
            return _edition = Make(lanes, known);
        }
    }

    private Edition Make(IReadOnlyList<LaneIdentity> lanes, Dictionary<LaneIdentity, T> known) =>
        new(lanes, [.. lanes.Select(lane => known.TryGetValue(lane, out var item) ? item : _create(lane))]);

    private sealed record Edition(IReadOnlyList<LaneIdentity> Lanes, T[] Items);
}

/// <summary>What a router keeps for one lane.</summary>
internal interface ILaneQueues
{
    /// <summary>The lane.</summary>
    LaneIdentity Lane { get; }
}
