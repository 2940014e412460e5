namespace OrleansLb.Silo.Load;

/// <summary>Gives out the moments at which requests may leave, evenly at a rate. Safe for concurrent use.</summary>
internal sealed class Pace(double? requestsPerSecond, TimeProvider time)
{
    // What could not be sent in time is sent later, but not more than this much of it at once.
    private static readonly TimeSpan MaxArrears = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly long _started = time.GetTimestamp();
    private TimeSpan _next;

    /// <summary>Waits for the next moment.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        if (requestsPerSecond is not { } rate)
            return Task.CompletedTask;
        var wait = Reserve(TimeSpan.FromSeconds(1 / rate));
        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }

    private TimeSpan Reserve(TimeSpan interval)
    {
        lock (_gate)
        {
            var now = time.GetElapsedTime(_started);
            if (_next < now - MaxArrears)
                _next = now - MaxArrears;
            var wait = _next - now;
            _next += interval;
            return wait;
        }
    }
}
