using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Sending;

/// <summary>
/// The back-off of one part, as the Collector's exporters have it: the base starts at the initial interval and grows by the
/// multiplier up to the maximum; a delay is drawn uniformly around the base, so it may exceed the maximum by the randomisation factor.
/// </summary>
/// <param name="options">The formula's constants.</param>
/// <param name="random">Yields numbers from [0, 1).</param>
public sealed class RetrySchedule(RetryOptions options, Func<double> random)
{
    private double _baseTicks = options.InitialInterval.Ticks;

    /// <summary>The delay before the next attempt; null when there is to be none.</summary>
    /// <param name="elapsed">Time since the first attempt began.</param>
    /// <param name="hint">The least delay the backend asks for.</param>
    public TimeSpan? Next(TimeSpan elapsed, TimeSpan? hint)
    {
        if (!options.Enabled)
            return null;

        double drawn = _baseTicks * (1 - options.RandomizationFactor + (2 * options.RandomizationFactor * random()));
        _baseTicks = Math.Min(_baseTicks * options.Multiplier, options.MaxInterval.Ticks);

        var delay = TimeSpan.FromTicks((long)drawn);
        if (hint > delay)
            delay = hint.Value;
        bool exhausted = options.MaxElapsedTime > TimeSpan.Zero && elapsed + delay > options.MaxElapsedTime;
        return exhausted ? null : delay;
    }
}
