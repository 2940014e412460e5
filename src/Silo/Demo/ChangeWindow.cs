namespace OrleansLb.Silo.Demo;

/// <summary>A time in which keys moved.</summary>
/// <param name="From">Timestamp before the change.</param>
/// <param name="To">Timestamp at which the change was surely over.</param>
internal readonly record struct ChangeWindow(long From, long To)
{
    public bool Overlaps(long begun, long ended) => begun <= To && ended >= From;
}
