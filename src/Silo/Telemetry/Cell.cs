namespace OrleansLb.Silo.Telemetry;

/// <summary>One number that many threads add to. Whole numbers and fractions are kept apart, so that whole ones stay exact and cheap.</summary>
internal sealed class Cell
{
    private long _whole;
    private double _fraction;

    public double Value => Interlocked.Read(ref _whole) + Volatile.Read(ref _fraction);

    public void Add(long value) => Interlocked.Add(ref _whole, value);

    public void Add(double value)
    {
        double seen = Volatile.Read(ref _fraction);
        while (true)
        {
            double before = Interlocked.CompareExchange(ref _fraction, seen + value, seen);
            if (before.Equals(seen))
                return;
            seen = before;
        }
    }

    public void Set(long value)
    {
        Volatile.Write(ref _fraction, 0);
        Interlocked.Exchange(ref _whole, value);
    }

    public void Set(double value)
    {
        Interlocked.Exchange(ref _whole, 0);
        Volatile.Write(ref _fraction, value);
    }
}
