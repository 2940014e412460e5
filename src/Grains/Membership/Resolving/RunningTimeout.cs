namespace OrleansLb.Grains.Membership.Resolving;

/// <summary>
/// A timeout that counts the time in which the process runs: in small steps, of which at most two pass while it stands. With little CPU time (a limit of 50 ms per second) a second
/// may be over before an answer that is there was looked at, and a process that starts would find no backends.
/// </summary>
internal sealed class RunningTimeout : IDisposable
{
    /// <summary>How many steps a timeout has, as long as they are not shorter than a timer's millisecond.</summary>
    public const int Steps = 20;

    private static readonly TimeSpan ShortestStep = TimeSpan.FromMilliseconds(1);

    private readonly CancellationTokenSource _expiry = new();
    private readonly ITimer _timer;
    private int _left;

    /// <summary>Begins to count.</summary>
    /// <param name="timeout">More than zero.</param>
    /// <param name="time">What fires the steps.</param>
    public RunningTimeout(TimeSpan timeout, TimeProvider time)
    {
        var step = timeout / Steps > ShortestStep ? timeout / Steps : ShortestStep;
        _left = (int)Math.Ceiling(timeout / step);
        _timer = time.CreateTimer(static state => ((RunningTimeout)state!).Pass(), this, step, step);
    }

    /// <summary>Cancelled when the time is over.</summary>
    public CancellationToken Token => _expiry.Token;

    public void Dispose()
    {
        // not the source: a step that is under way may still cancel it, and it has no timer to give back
        _timer.Dispose();
    }

    private void Pass()
    {
        if (Interlocked.Decrement(ref _left) == 0)
            _expiry.Cancel();
    }
}
