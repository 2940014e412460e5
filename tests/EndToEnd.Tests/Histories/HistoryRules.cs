using System.Collections.Immutable;

namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>What a test declares before it lets its history be judged.</summary>
internal sealed record HistoryRules
{
    /// <summary>The limit of the process in bytes; null: not part of this test.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>
    /// Clients wait for deliveries (<c>wait_for_result</c>, queue off): a refusal may then mean that a backend did not take its part while others took theirs.
    /// </summary>
    public bool RefusalsTellOfDeliveries { get; init; }

    /// <summary>Reasons of counted drops that this test provokes: so many acknowledged items may be missing.</summary>
    public ImmutableHashSet<string> ExpectedDrops { get; init; } = [];
}
