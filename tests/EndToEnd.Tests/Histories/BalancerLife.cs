namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>One run of the program, from start to end.</summary>
/// <param name="IsDurable">Whether what it acknowledges is stored.</param>
internal sealed record BalancerLife(bool IsDurable)
{
    /// <summary>Ended by <c>kill -9</c> or a crash: its last counters are not known.</summary>
    public bool WasKilled { get; init; }

    public TimeSpan From { get; init; }

    public TimeSpan To { get; init; } = TimeSpan.MaxValue;

    /// <summary>Its counters before the first request.</summary>
    public CounterScrape? First { get; init; }

    /// <summary>Its counters after the last answer, when nothing was on its way any more.</summary>
    public CounterScrape? Last { get; init; }
}
