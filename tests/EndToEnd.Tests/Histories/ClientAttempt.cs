using System.Collections.Immutable;

namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>One request of one client. What is sent again is another attempt with the same items.</summary>
/// <param name="Life">The index of the program's run that was asked.</param>
/// <param name="SentAt">Before the first byte.</param>
/// <param name="AnsweredAt">After the answer, or when the connection was gone.</param>
internal sealed record ClientAttempt(int Life, TimeSpan SentAt, TimeSpan AnsweredAt, AttemptOutcome Outcome, ImmutableArray<SentItem> Items)
{
    /// <summary>Status and message of a refusal.</summary>
    public string? Answer { get; init; }

    /// <summary>The delay that a refusal asks for: <c>RetryInfo</c>, or <c>Retry-After</c>.</summary>
    public TimeSpan? RetryDelay { get; init; }
}
