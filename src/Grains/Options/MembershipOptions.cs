namespace OrleansLb.Grains.Options;

/// <summary>How patiently a load balancer follows the changes of its backends.</summary>
public sealed record MembershipOptions
{
    /// <summary>The least memory of the record of keys, 8 MiB: enough for one word per position of the larger Collector ring in each of its parts, and for one per two cells.</summary>
    public const long LeastHandoverMemory = 8L << 20;

    /// <summary>The most memory of the record of keys, 4 GiB.</summary>
    public const long MostHandoverMemory = 4L << 30;

    /// <summary>
    /// How long changes are collected from the first one on before they make a table. Zero: every answer counts at once. The first answer
    /// after a start and the first one after nothing was known count at once in any case.
    /// </summary>
    public TimeSpan Debounce { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether the table may go on from the one before, or must be what any other replica makes of the same backends.</summary>
    public ReplicaMode Replicas { get; init; }

    /// <summary>
    /// How long the seat of a backend that left is kept, with its partitions and its queue, for one that takes its place. Zero: not at all. With
    /// <see cref="ReplicaMode.Several"/> none is kept in any case.
    /// </summary>
    public TimeSpan ReplacementWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the last list is used while the resolver has failed or found nobody, from the first failure on. Zero: for ever.</summary>
    public TimeSpan StaleGrace { get; init; }

    /// <summary>
    /// How long keys that were seen before their partition moved stay with the old owner, while it lives. Zero: not at all, and nothing is
    /// remembered of keys.
    /// </summary>
    public TimeSpan HandoverWindow { get; init; }

    /// <summary>Bytes that the record of the keys seen lately may take in every process.</summary>
    public long HandoverMemory { get; init; } = 16 << 20;

    /// <summary>
    /// What an attempt under way to a backend that left has to come back in; then it is cancelled and the part goes to whoever owns it now.
    /// Without a replacement window five seconds, the default of <c>timeout</c>.
    /// </summary>
    public TimeSpan LeavingGrace => Replicas == ReplicaMode.Alone && ReplacementWindow > TimeSpan.Zero ? ReplacementWindow : TimeSpan.FromSeconds(5);
}
