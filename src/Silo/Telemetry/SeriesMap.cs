namespace OrleansLb.Silo.Telemetry;

/// <summary>
/// The series of one family by their tags. Found without locks and without allocating; added under a lock.
/// Tags in another order are the same series.
/// </summary>
/// <param name="scope">The value of the label <c>otel_scope_name</c>.</param>
/// <param name="create">Makes a series from its labels.</param>
internal sealed class SeriesMap<TSeries>(string? scope, Func<string, TSeries> create)
    where TSeries : class
{
    /// <summary>Beyond this many, new tags share one series, so that no label can fill the memory.</summary>
    public const int Limit = 2000;

    private const string OverflowLabels = "otel_metric_overflow=\"true\"";

    private readonly Lock _writing = new();
    private readonly SortedDictionary<string, TSeries> _byLabels = new(StringComparer.Ordinal);
    private volatile Node?[] _buckets = new Node?[16];
    private int _nodes;

    /// <summary>The series of these tags; made when they are new.</summary>
    public TSeries GetOrAdd(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        int hash = TagSet.HashOf(tags);
        var buckets = _buckets;
        for (var node = Volatile.Read(ref buckets[hash & (buckets.Length - 1)]); node is not null; node = node.Next)
        {
            if (node.Key.Hash == hash && node.Key.Matches(tags))
                return node.Series;
        }

        return Add(tags);
    }

    /// <summary>All series, by labels.</summary>
    public KeyValuePair<string, TSeries>[] Snapshot()
    {
        lock (_writing)
            return [.. _byLabels];
    }

    private TSeries Add(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_writing)
        {
            string labels = TagSet.Labels(tags, scope);
            bool known = _byLabels.TryGetValue(labels, out var series);
            if (!known && _byLabels.Count >= Limit)
            {
                labels = OverflowLabels;
                known = _byLabels.TryGetValue(labels, out series);
            }

            if (!known)
                _byLabels.Add(labels, series = create(labels));

            // What overflows is looked up the slow way each time: remembering its tags is what would fill the memory.
            if (_nodes < Limit * 2)
                Remember(new TagSet(tags), series!);
            return series!;
        }
    }

    private void Remember(TagSet key, TSeries series)
    {
        if (++_nodes > _buckets.Length)
        {
            var grown = new Node?[_buckets.Length * 4];
            foreach (var head in _buckets)
            {
                for (var node = head; node is not null; node = node.Next)
                    Link(grown, node.Key, node.Series);
            }

            _buckets = grown;
        }

        Link(_buckets, key, series);
    }

    private static void Link(Node?[] buckets, TagSet key, TSeries series)
    {
        ref var head = ref buckets[key.Hash & (buckets.Length - 1)];
        Volatile.Write(ref head, new Node(key, series, head));
    }

    private sealed record Node(TagSet Key, TSeries Series, Node? Next);
}
