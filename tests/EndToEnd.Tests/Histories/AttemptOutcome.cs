namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>What a client heard of one request.</summary>
internal enum AttemptOutcome
{
    Acknowledged,

    /// <summary>An answer after which a client may try again: UNAVAILABLE, RESOURCE_EXHAUSTED.</summary>
    RefusedForNow,

    /// <summary>An answer after which a client gives up.</summary>
    RefusedForGood,

    /// <summary>No answer: it may have been accepted or not.</summary>
    Unknown,
}
