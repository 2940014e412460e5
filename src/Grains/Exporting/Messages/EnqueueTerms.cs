namespace OrleansLb.Grains.Exporting.Messages;

/// <summary>On which terms a part is handed over.</summary>
[GenerateSerializer, Immutable, Alias("orleanslb.EnqueueTerms")]
public sealed record EnqueueTerms
{
    /// <summary>It was accepted by another queue before, which deals it out: it is taken in, full or not, since nobody could be told that it is lost.</summary>
    public static EnqueueTerms AcceptedElsewhere { get; } = new() { AcceptedBefore = true };

    /// <summary>Who waits for longer than this calls <see cref="IExporterGrain.EnqueueAndWait"/>.</summary>
    public static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(30);

    /// <summary>How long the caller waits: for room with <c>block_on_overflow</c>, and for the outcome where there is one to wait for. Zero: not for room, and without end for the outcome.</summary>
    [Id(0)]
    public TimeSpan Patience { get; init; }

    /// <summary>The router whose credit pays for the room; null: room is looked for when the part arrives.</summary>
    [Id(1)]
    public string? Router { get; init; }

    /// <summary>See <see cref="AcceptedElsewhere"/>.</summary>
    [Id(2)]
    public bool AcceptedBefore { get; init; }

    /// <summary>It comes from a queue that ends: one that ends as well does not pass it on, so that a part cannot go in circles.</summary>
    [Id(3)]
    public bool PassedOn { get; init; }

    /// <summary>What is left of a patience; one that is over is the shortest, since zero means something else. Infinite stays infinite.</summary>
    public static TimeSpan PatienceLeft(TimeSpan patience, TimeSpan spent) =>
        patience == Timeout.InfiniteTimeSpan ? patience : patience - spent is { Ticks: > 0 } left ? left : TimeSpan.FromTicks(1);
}
