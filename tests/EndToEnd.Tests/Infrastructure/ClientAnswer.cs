namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>What the program answered to one request.</summary>
/// <param name="Status">The gRPC status.</param>
/// <param name="Message">Its message.</param>
internal readonly record struct ClientAnswer(int Status, string Message)
{
    /// <summary>The delay of a <c>RetryInfo</c>.</summary>
    public TimeSpan? RetryDelay { get; init; }
}
