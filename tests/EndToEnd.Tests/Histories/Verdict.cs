using System.Globalization;

namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>What the checker found, and of how much: a verdict about nothing is not worth having.</summary>
internal sealed record Verdict(IReadOnlyList<Violation> Violations)
{
    public bool Holds => Violations.Count == 0;

    public long Items { get; init; }

    public long Acknowledged { get; init; }

    /// <summary>Items that arrived though nobody was told that they would.</summary>
    public long Unacknowledged { get; init; }

    public long Attempts { get; init; }

    public long Refusals { get; init; }

    public long Unanswered { get; init; }

    /// <summary>Receipts beyond an item's first, all of them with an excuse if the verdict holds.</summary>
    public long Copies { get; init; }

    /// <summary>Items that arrived after an attempt that was refused and must have left nothing.</summary>
    public long RefusedBefore { get; init; }

    public long Keys { get; init; }

    /// <summary>Receipts of items that were under way outside every window.</summary>
    public long OwnershipJudged { get; init; }

    /// <summary>Receipts of items that were under way in a window.</summary>
    public long OwnershipExempt { get; init; }

    /// <summary>Bytes.</summary>
    public long MostMemory { get; init; }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        {Items} items of {Keys} keys in {Attempts} requests: {Acknowledged} acknowledged, {Refusals} requests refused, {Unanswered} without an answer; {Copies} copies
        {RefusedBefore} items came after an attempt that must have left nothing
        owner judged for {OwnershipJudged} receipts, {OwnershipExempt} were under way in a window; at most {MostMemory / 1048576.0:0} MiB resident
        {(Holds ? "every invariant holds" : string.Join('\n', Violations))}
        """);
}
