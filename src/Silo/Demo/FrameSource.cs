using OrleansLb.Silo.Load;

namespace OrleansLb.Silo.Demo;

/// <summary>Asks the processes of the demo how they do, and makes frames of their answers.</summary>
internal sealed class FrameSource(DemoCluster cluster, LoadCounters load, ProbeKeys? probes, TimeSpan duration, TimeProvider time)
{
    // Rates are over about this long: short enough to be live, long enough to be calm.
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(1.5);

    private readonly long _started = time.GetTimestamp();
    private readonly Queue<Reading> _recent = new();
    private Reading? _warm;

    /// <summary>CPU-seconds of the balancer per million spans since it was warm (a third of the time); null before that.</summary>
    public double? CpuPerMillion { get; private set; }

    /// <summary>The state of the moment.</summary>
    public async Task<DemoFrame> TakeAsync(CancellationToken cancellationToken)
    {
        var backends = cluster.Backends.ToArray();
        var counts = await Task.WhenAll(backends.Select(b => b.CountsAsync(cancellationToken))).ConfigureAwait(false);
        var metrics = await cluster.Balancer.MetricsAsync(cancellationToken).ConfigureAwait(false);
        var reading = new Reading(time.GetElapsedTime(_started), counts.Sum(static c => c.Spans), metrics.Sum("process_cpu_seconds_total"));
        var earlier = Remember(reading);
        double seconds = Math.Max((reading.At - earlier.At).TotalSeconds, 0.001);
        return new DemoFrame
        {
            Elapsed = reading.At,
            Duration = duration,
            Backends = [.. backends.Zip(counts, static (b, c) => new BackendRow(b.Endpoint, c.Spans, c.Traces, b.InService))],
            Sent = load.Spans + (probes?.Spans ?? 0),
            SpansPerSecond = (reading.Spans - earlier.Spans) / seconds,
            Cores = (reading.Cpu - earlier.Cpu) / seconds,
            Memory = metrics.Sum("process_resident_memory_bytes"),
            Queue = metrics.Sum("otelcol_exporter_queue_size"),
            Retries = metrics.Sum("orleanslb_exporter_retries_total"),
        };
    }

    private Reading Remember(Reading reading)
    {
        _recent.Enqueue(reading);
        while (_recent.Count > 2 && reading.At - _recent.Peek().At > RateWindow)
            _recent.Dequeue();

        if (reading.At >= duration / 3)
            _warm ??= reading;
        if (_warm is not null && reading.Spans > _warm.Spans && reading.At <= duration)
            CpuPerMillion = (reading.Cpu - _warm.Cpu) / (reading.Spans - _warm.Spans) * 1e6;
        return _recent.Peek();
    }

    private sealed record Reading(TimeSpan At, long Spans, double Cpu);
}
