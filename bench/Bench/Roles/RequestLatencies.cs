using System.Diagnostics;
using OrleansLb.Silo.Load;

namespace OrleansLb.Bench.Roles;

/// <summary>How long requests took from their first attempt to the acknowledgement, as their client sees it: all of them, so that quantiles are exact.</summary>
internal sealed class RequestLatencies
{
    private const double High = 0.99;

    private readonly Lock _gate = new();
    private readonly List<long> _ticks = [];

    /// <summary>A request was acknowledged.</summary>
    public void Add(TraceRange request)
    {
        lock (_gate)
            _ticks.Add(request.Ended - request.Begun);
    }

    /// <summary>Median and 99th percentile in seconds, of those since the last time.</summary>
    public (double Median, double High) Take()
    {
        lock (_gate)
        {
            _ticks.Sort();
            var quantiles = (QuantileOf(0.5), QuantileOf(High));
            _ticks.Clear();
            return quantiles;
        }
    }

    // the least that so large a part of them did not exceed
    private double QuantileOf(double part) =>
        _ticks.Count == 0 ? 0 : (double)_ticks[Math.Max(0, (int)Math.Ceiling(part * _ticks.Count) - 1)] / Stopwatch.Frequency;
}
