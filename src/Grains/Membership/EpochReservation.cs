namespace OrleansLb.Grains.Membership;

/// <summary>How many epochs an activation of a resolver grain reserves at a time.</summary>
/// <param name="Length">Zero: none, since there can be no other activation over the same store.</param>
public sealed record EpochReservation(int Length)
{
    /// <summary>In a process that shares its store with nobody.</summary>
    public static EpochReservation None { get; } = new(0);

    /// <summary>In a cluster. Many more than there are changes while a store is away, and few enough never to run out of numbers.</summary>
    public static EpochReservation Shared { get; } = new(1024);
}

/// <summary>The epochs of one exporter that are somebody's, as the store has it.</summary>
[GenerateSerializer, Immutable, Alias("orleanslb.ReservedEpochs")]
internal sealed record ReservedEpochs
{
    /// <summary>The newest of them; the next activation begins above it.</summary>
    [Id(0)]
    public long UpTo { get; init; }
}
