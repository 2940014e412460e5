using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace OrleansLb.Embedded.Engine;

/// <summary>A timer whose ticks are calls to its own activation. The next one is armed when the callback is over, so ticks never overlap.</summary>
internal sealed partial class GrainTimer : IGrainTimer
{
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly RequestTraits _traits;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _disposed = new();
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private TimeSpan _dueTime = Timeout.InfiniteTimeSpan;
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private bool _ticking;
    private bool _changed;

    public GrainTimer(
        Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options, TimeProvider time, ILogger logger)
    {
        _activation = activation;
        _callback = callback;
        _logger = logger;
        _traits = RequestTraits.Local
            | (options.Interleave ? RequestTraits.Interleaves : RequestTraits.None)
            | (options.KeepAlive ? RequestTraits.None : RequestTraits.Unnoticed);
        var callers = CleanContext.Enter();
        _timer = time.CreateTimer(static state => ((GrainTimer)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        CleanContext.Leave(callers);
    }

    /// <inheritdoc/>
    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        // The longest times that a timer of the runtime takes, in milliseconds.
        ArgumentOutOfRangeException.ThrowIfLessThan((long)dueTime.TotalMilliseconds, -1, nameof(dueTime));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)dueTime.TotalMilliseconds, uint.MaxValue - 1, nameof(dueTime));
        ArgumentOutOfRangeException.ThrowIfLessThan((long)period.TotalMilliseconds, -1, nameof(period));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)period.TotalMilliseconds, uint.MaxValue - 1, nameof(period));
        lock (_gate)
        {
            _dueTime = dueTime;
            _period = period;
            _changed = true;
            if (_ticking)
                return;
        }

        Arm(dueTime);
    }

    public void Dispose()
    {
        if (!_disposed.IsCancellationRequested)
        {
            _disposed.Cancel();
            _timer.Dispose();
            _activation.Forget(this);
        }
    }

    public async Task TickAsync()
    {
        try
        {
            if (!_disposed.IsCancellationRequested)
                await _callback(_disposed.Token);
        }
        catch (Exception exception)
        {
            LogCallbackFailed(_logger, exception, _activation.GrainId);
        }

        TimeSpan next;
        lock (_gate)
        {
            next = _changed ? _dueTime : _period;
            _changed = false;
            _ticking = false;
        }

        Arm(next);
    }

    private void Fire()
    {
        lock (_gate)
        {
            _ticking = true;
            _changed = false;
        }

        _activation.TrySend(new TimerTick(this, _traits), out _);
    }

    // A timer that was disposed meanwhile ignores this.
    private void Arm(TimeSpan dueTime) => _timer.Change(dueTime, Timeout.InfiniteTimeSpan);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "A timer callback of grain {Grain} failed")]
    private static partial void LogCallbackFailed(ILogger logger, Exception exception, GrainId grain);

    private sealed class TimerTick(GrainTimer timer, RequestTraits traits) : GrainRequest(traits)
    {
        public override Task Invoke(object grain) => timer.TickAsync();
    }
}
