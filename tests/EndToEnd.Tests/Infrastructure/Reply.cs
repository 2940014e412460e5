using Google.Protobuf;

namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>What a backend answers to one request.</summary>
internal sealed record Reply(int Status, string? Message = null, TimeSpan? RetryDelay = null, IMessage? Response = null)
{
    public static readonly Reply Ok = new(0);

    /// <summary>How long the answer takes once the request is taken.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>No answer until the caller or the backend gives up.</summary>
    public bool IsSilent { get; init; }

    public bool IsTaken => Status == 0;

    /// <summary>Whether the caller is to give up, by the Collector's table of codes.</summary>
    public bool IsForGood => Status is 2 or 3 or 5 or 6 or 7 or 9 or 12 or 13 or 16 || (Status == 8 && RetryDelay is null);

    /// <summary>No answer until the caller gives up.</summary>
    public static readonly Reply Never = new(-1) { IsSilent = true };

    /// <summary>Takes the request and never says so.</summary>
    public static readonly Reply TakenInSilence = Ok with { IsSilent = true };

    public static Reply InvalidArgument => new(3, "poison");

    public static Reply Unavailable => new(14, "come back later");

    public static Reply ResourceExhausted(TimeSpan? retryDelay) => new(8, "too much", retryDelay);
}
