namespace OrleansLb.Ingress.Admission;

/// <summary>How long a client is told to stay away that found a queue full.</summary>
internal static class RefusalDelays
{
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(250);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>The time in which those who wait and a quarter of the queue are served, so that clients do not all meet a full queue again; a little spread, so that they do not come at once.</summary>
    /// <param name="rate">Room that becomes free in a second.</param>
    /// <param name="ahead">Room that others wait for.</param>
    /// <param name="capacity">Room of the whole queue.</param>
    /// <param name="random">From 0 to 1.</param>
    public static TimeSpan Of(double rate, long ahead, long capacity, double random)
    {
        double seconds = rate > 0 ? (ahead + (capacity / 4.0)) / rate * (0.9 + (0.2 * random)) : double.MaxValue;
        return TimeSpan.FromSeconds(Math.Clamp(seconds, Shortest.TotalSeconds, Longest.TotalSeconds));
    }
}
