namespace OrleansLb.Silo.Demo;

/// <summary>A time in which keys moved.</summary>
/// <param name="From">Timestamp before the change.</param>
/// <param name="To">Timestamp at which the change was surely over.</param>
internal readonly record struct ChangeWindow(long From, long To)
{
    /// <summary>Whether something was on its way in the window.</summary>
    public bool Overlaps(long begun, long ended) => begun <= To && ended >= From;

    /// <summary>Whether something was on its way before the window and after it.</summary>
    public bool IsWithin(long begun, long ended) => begun <= From && ended >= To;

    /// <summary>The same window later: when the keys that a change did not move at once are moved.</summary>
    public ChangeWindow After(TimeSpan time, TimeProvider provider)
    {
        long ticks = (long)(time.TotalSeconds * provider.TimestampFrequency);
        return new ChangeWindow(From + ticks, To + ticks);
    }
}
