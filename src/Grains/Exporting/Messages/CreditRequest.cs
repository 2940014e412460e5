namespace OrleansLb.Grains.Exporting.Messages;

/// <summary>A router asks a queue for room that it may fill later without asking again. Amounts are in the unit of the queue's sizer.</summary>
[GenerateSerializer, Immutable, Alias("orleanslb.CreditRequest")]
public sealed record CreditRequest
{
    /// <summary>Who asks: one name per router and process, never used again by another process.</summary>
    [Id(0)]
    public required string Router { get; init; }

    /// <summary>The least that is of use: the queue answers as soon as it has that. Zero: whatever there is, at once.</summary>
    [Id(1)]
    public long Least { get; init; }

    /// <summary>How long the answer may take while there is less than <see cref="Least"/>.</summary>
    [Id(2)]
    public TimeSpan Patience { get; init; }

    /// <summary>Credit that was spent, since the last request, on parts which may never have arrived.</summary>
    [Id(3)]
    public long Lost { get; init; }

    /// <summary>The router holds no credit of this queue: it has just begun, or does not know what became of its last request.</summary>
    [Id(4)]
    public bool HoldsNone { get; init; }

    /// <summary>It was passed on by a queue that ends: one that ends as well refuses it.</summary>
    [Id(5)]
    public bool PassedOn { get; init; }
}

/// <summary>A queue's answer to a <see cref="CreditRequest"/>.</summary>
[GenerateSerializer, Immutable, Alias("orleanslb.CreditGrant")]
public sealed record CreditGrant
{
    /// <summary>Which activation of the queue answers: credit of another one is worth nothing.</summary>
    [Id(0)]
    public long Session { get; init; }

    /// <summary>Room that the router may fill in addition to what it holds.</summary>
    [Id(1)]
    public long Room { get; init; }

    /// <summary>Room that the queue frees in a second while it has something to do.</summary>
    [Id(2)]
    public double DrainRate { get; init; }

    /// <summary>Why the queue takes nothing at all at the moment, or null.</summary>
    [Id(3)]
    public EnqueueOutcome? Refusal { get; init; }
}
