namespace OrleansLb.Ingress.Memory;

/// <summary>
/// How long clients are told to stay away. A delay that did not help is doubled: when it has passed and requests still have to be turned away.
/// It is halved for every time that it passes without a refusal, the first one excepted, in which the clients just do as they were told.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class RefusalDelay(TimeProvider time)
{
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private TimeSpan _delay;
    private long _since;
    private long _last;

    /// <summary>The delay for a request that is turned away now.</summary>
    public TimeSpan Next()
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            if (_delay == TimeSpan.Zero)
                (_delay, _since) = (Shortest, now);
            else if (time.GetElapsedTime(_last, now) >= 2 * _delay)
                (_delay, _since) = (Halved(_delay, (time.GetElapsedTime(_last, now) / _delay) - 1), now);
            else if (time.GetElapsedTime(_since, now) >= _delay)
                (_delay, _since) = (Doubled(_delay), now);
            _last = now;
            return _delay;
        }
    }

    private static TimeSpan Doubled(TimeSpan delay) => 2 * delay < Longest ? 2 * delay : Longest;

    private static TimeSpan Halved(TimeSpan delay, double times)
    {
        for (; times >= 1 && delay > Shortest; times--)
            delay /= 2;
        return delay > Shortest ? delay : Shortest;
    }
}
