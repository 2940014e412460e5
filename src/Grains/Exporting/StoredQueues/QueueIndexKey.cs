namespace OrleansLb.Grains.Exporting.StoredQueues;

/// <summary>The key of an index of stored queues: the component ID, and for its sending queues what follows it.</summary>
/// <param name="ComponentId">The exporter.</param>
/// <param name="IsTopLevel">Whether it is the index of the exporter's own sending queues, and not that of its ring slots.</param>
internal readonly record struct QueueIndexKey(string ComponentId, bool IsTopLevel)
{
    private const string TopLevel = "/sending_queue";

    public static QueueIndexKey Parse(string key) =>
        key.EndsWith(TopLevel, StringComparison.Ordinal) ? new(key[..^TopLevel.Length], IsTopLevel: true) : new(key, IsTopLevel: false);

    public override string ToString() => IsTopLevel ? ComponentId + TopLevel : ComponentId;
}
