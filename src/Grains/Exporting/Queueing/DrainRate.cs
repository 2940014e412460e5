namespace OrleansLb.Grains.Exporting.Queueing;

/// <summary>
/// How fast a queue gets rid of what it holds: a moving average over the last seconds in which it held anything. Idle time does not count, so that the rate
/// says what the queue can do and not what it was asked to. Used on its grain's turns only.
/// </summary>
internal sealed class DrainRate(TimeProvider time)
{
    // follows a backend that slows down within a few seconds, and is not misled by one slow answer
    private const double Memory = 3;

    private double _freed;
    private double _seconds;
    private long _since;

    /// <summary>Room per second; zero before anything was freed.</summary>
    public double PerSecond => _seconds > 0 ? _freed / _seconds : 0;

    /// <summary>The queue is not empty any more.</summary>
    public void Begin() => _since = time.GetTimestamp();

    /// <summary>Room was freed.</summary>
    public void Freed(long room)
    {
        Pass();
        _freed += room;
    }

    /// <summary>Time has passed in which nothing was freed.</summary>
    public void Pass()
    {
        long now = time.GetTimestamp();
        double elapsed = time.GetElapsedTime(_since, now).TotalSeconds;
        _since = now;
        double kept = Math.Exp(-elapsed / Memory);
        _freed *= kept;
        _seconds = (_seconds * kept) + elapsed;
    }
}
