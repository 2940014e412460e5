using OrleansLb.Grains.Options;

namespace OrleansLb.Ingress.Pipeline;

/// <summary>
/// What a router keeps for each of its lanes, and whose turn it is: every request takes the next one, so that the lanes get the same whatever the number of routers. When the set
/// of lanes changes, those that stay keep what they have; requests under way end with what they began with. Safe for concurrent use.
/// </summary>
/// <remarks>What a router of a lane that has gone still held of a queue's credit is forgotten by the queue after 30 s; when the lane comes back its router is a new one, which holds none.</remarks>
internal sealed class LaneRotation<T>
    where T : class
{
    private readonly ILaneChoice _lanes;
    private readonly Func<LaneIdentity, T> _create;
    private readonly Lock _gate = new();
    private volatile Edition _edition;
    private int _turn;

    public LaneRotation(ILaneChoice lanes, Func<LaneIdentity, T> create)
    {
        (_lanes, _create) = (lanes, create);
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
