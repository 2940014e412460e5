namespace OrleansLb.Testing;

/// <summary>
/// Time that passes only when the test says so. Timers fire on the test's thread, in the order in which they are due.
/// Before it lets time pass a test waits with <see cref="TimerArmed"/> until the code under test has got there.
/// </summary>
public sealed class FakeTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<FakeTimer> _timers = [];
    private readonly List<(TimeSpan Delay, TaskCompletionSource Armed)> _waiters = [];
    private DateTimeOffset _now;

    /// <summary>Begins at a point in time that tests may read in what they get.</summary>
    public FakeTime(DateTimeOffset? start = null) => _now = start ?? new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Timers that are armed.</summary>
    public int Pending
    {
        get
        {
            lock (_gate)
                return _timers.Count(static timer => timer.Due < DateTimeOffset.MaxValue);
        }
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass; what is due runs before this returns, as far as it runs without waiting for other threads.</summary>
    public void Advance(TimeSpan by)
    {
        var end = GetUtcNow() + by;
        while (NextDueBy(end) is { } timer)
            timer.Fire();
        lock (_gate)
            _now = end;
    }

    /// <summary>Completes when a timer is armed that will fire exactly this long from now.</summary>
    public Task TimerArmed(TimeSpan delay)
    {
        lock (_gate)
        {
            if (_timers.Exists(timer => timer.Due == _now + delay))
                return Task.CompletedTask;
            var armed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((delay, armed));
            return armed.Task;
        }
    }

    private FakeTimer? NextDueBy(DateTimeOffset end)
    {
        lock (_gate)
        {
            var next = _timers.Where(timer => timer.Due <= end).MinBy(static timer => timer.Due);
            if (next is null)
                return null;
            if (next.Due > _now)
                _now = next.Due;
            next.Due = next.Period > TimeSpan.Zero ? next.Due + next.Period : DateTimeOffset.MaxValue;
            return next;
        }
    }

    private void Arm(FakeTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            timer.Due = dueTime < TimeSpan.Zero ? DateTimeOffset.MaxValue : _now + dueTime;
            timer.Period = period;
            if (!_timers.Contains(timer))
                _timers.Add(timer);
            foreach (var waiter in _waiters.FindAll(waiter => timer.Due == _now + waiter.Delay))
            {
                waiter.Armed.SetResult();
                _waiters.Remove(waiter);
            }
        }
    }

    private void Remove(FakeTimer timer)
    {
        lock (_gate)
            _timers.Remove(timer);
    }

    private sealed class FakeTimer(FakeTime time, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; set; } = DateTimeOffset.MaxValue;

        public TimeSpan Period { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time.Arm(this, dueTime, period);
            return true;
        }

        public void Dispose() => time.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
