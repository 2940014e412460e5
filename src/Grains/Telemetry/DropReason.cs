namespace OrleansLb.Grains.Telemetry;

/// <summary>Why accepted items were given up; the values of the <c>reason</c> label.</summary>
internal static class DropReason
{
    /// <summary>The backend refused them for good.</summary>
    public const string Permanent = "permanent";

    /// <summary>Every attempt failed until the time for retries was over, or retry is off.</summary>
    public const string RetriesExhausted = "retries_exhausted";

    /// <summary>The process ended first.</summary>
    public const string Shutdown = "shutdown";

    /// <summary>The request could not be split for its new owners.</summary>
    public const string Unsplittable = "unsplittable";

    /// <summary>A fault of this program.</summary>
    public const string Fault = "fault";
}
