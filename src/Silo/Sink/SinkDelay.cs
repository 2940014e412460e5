namespace OrleansLb.Silo.Sink;

/// <summary>How long a sink holds its answers back: a backend that is slow without using any CPU time. May be changed at any time.</summary>
internal sealed class SinkDelay(TimeSpan delay, TimeProvider time)
{
    /// <summary>The longest one.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private long _ticks = delay.Ticks;

    /// <summary>From a request that was read and counted to its answer.</summary>
    public TimeSpan Value
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _ticks));
        set => Volatile.Write(ref _ticks, value.Ticks);
    }

    /// <summary>Waits for as long as an answer is held back, or until the caller goes away.</summary>
    public Task PassAsync(CancellationToken gone) =>
        Value is { Ticks: > 0 } held ? Task.Delay(held, time, gone) : Task.CompletedTask;
}
