namespace OrleansLb.Ingress.Pipeline;

/// <summary>The answer of a consumer.</summary>
/// <param name="Status">What became of the request.</param>
/// <param name="Message">Why, for the client.</param>
/// <param name="RetryAfter">When to try again.</param>
public readonly record struct ConsumeResult(ConsumeStatus Status, string? Message = null, TimeSpan? RetryAfter = null)
{
    /// <summary>Every item was accepted.</summary>
    public static ConsumeResult Accepted => default;

    /// <summary>The client has gone.</summary>
    public static ConsumeResult Cancelled { get; } = new(ConsumeStatus.Cancelled, "the call was cancelled");
}
