using OrleansLb.Testing;

namespace OrleansLb.Ingress.Tests.Receivers;

/// <summary>Fake time that counts who asks: a barrier for tests that let time pass once something has been noticed.</summary>
internal sealed class ObservedTime : TimeProvider
{
    private int _reads;
    private int _timers;

    public FakeTime Fake { get; } = new();

    /// <summary>How often the time was asked for.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>How many timers there have been.</summary>
    public int Timers => Volatile.Read(ref _timers);

    public override long TimestampFrequency => Fake.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => Fake.GetUtcNow();

    public override long GetTimestamp()
    {
        long now = Fake.GetTimestamp();
        Interlocked.Increment(ref _reads);
        return now;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Increment(ref _timers);
        return Fake.CreateTimer(callback, state, dueTime, period);
    }
}
