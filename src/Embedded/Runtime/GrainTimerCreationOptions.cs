using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>When a grain timer ticks and what its callbacks may do.</summary>
public readonly struct GrainTimerCreationOptions()
{
    /// <summary>Times only; callbacks do not interleave and do not keep the grain alive.</summary>
    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
        : this()
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary>Time until the first tick; <see cref="Timeout.InfiniteTimeSpan"/> means not yet.</summary>
    public required TimeSpan DueTime { get; init; }

    /// <summary>Time from the end of one callback to the next tick; <see cref="Timeout.InfiniteTimeSpan"/> means one tick only.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>Callbacks may interleave with calls and other timers; otherwise they wait like a call.</summary>
    public bool Interleave { get; init; }

    /// <summary>A tick counts as use of the grain, so that it is not collected for being idle.</summary>
    public bool KeepAlive { get; init; }
}
