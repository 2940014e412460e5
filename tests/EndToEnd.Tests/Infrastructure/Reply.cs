using Google.Protobuf;

namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>What a backend answers to one request.</summary>
internal sealed record Reply(int Status, string? Message = null, TimeSpan? RetryDelay = null, IMessage? Response = null)
{
    public static readonly Reply Ok = new(0);

    /// <summary>No answer until the caller gives up.</summary>
    public static readonly Reply Never = new(-1);

    public static Reply InvalidArgument => new(3, "poison");

    public static Reply Unavailable => new(14, "come back later");

    public static Reply ResourceExhausted(TimeSpan? retryDelay) => new(8, "too much", retryDelay);
}
