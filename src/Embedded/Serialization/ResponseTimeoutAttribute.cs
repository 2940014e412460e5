using System.Globalization;

namespace Orleans;

/// <summary>
/// How long a caller of this method waits for the answer at most, where calls cross a network; 30 s without this mark. The embedded
/// engine loses no calls and waits as long as they take.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ResponseTimeoutAttribute(string timeout) : Attribute
{
    /// <summary>The time.</summary>
    public TimeSpan? Timeout { get; init; } = TimeSpan.Parse(timeout, CultureInfo.InvariantCulture);
}
