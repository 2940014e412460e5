using OrleansLb.Silo.Load;

namespace OrleansLb.Silo.Demo;

/// <summary>Asks the processes of the demo how they do, and makes frames of their answers.</summary>
internal sealed class FrameSource(DemoCluster cluster, LoadCounters load, ProbeKeys? probes, TimeSpan duration, TimeProvider time)
{
    // Rates are over about this long: short enough to be live, long enough to be calm.
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(1.5);

    // A program that starts is busy with itself first: it loads, and the runtime compiles what is called the most once more.
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(5);

    private readonly long _started = time.GetTimestamp();
    private readonly Queue<Reading> _recent = new();
    private Reading? _warm;

    /// <summary>When the balancer's cost begins to count: after five seconds, or half of a short run.</summary>
    public TimeSpan WarmUp { get; } = duration / 2 < LongestWarmUp ? duration / 2 : LongestWarmUp;

    /// <summary>What the balancer cost since its warm-up; null before that.</summary>
    public WarmCost? Cost { get; private set; }

    /// <summary>The state of the moment.</summary>
    public async Task<DemoFrame> TakeAsync(CancellationToken cancellationToken)
    {
        var backends = cluster.Backends.ToArray();
        var counts = await Task.WhenAll(backends.Select(b => b.CountsAsync(cancellationToken))).ConfigureAwait(false);
        var metrics = await cluster.Balancer.MetricsAsync(cancellationToken).ConfigureAwait(false);
        var reading = new Reading(time.GetElapsedTime(_started), [.. counts.Select(static c => c.Spans)], metrics.Sum("process_cpu_seconds_total"));
        var earlier = Remember(reading);

        // While backends come and go, shares since the beginning would say little.
        var shares = SharesSince(probes is null ? null : earlier, reading);
        double seconds = Math.Max((reading.At - earlier.At).TotalSeconds, 0.001);
        return new DemoFrame
        {
            Elapsed = reading.At,
            Duration = duration,
            Backends = [.. backends.Select((b, i) => new BackendRow(b.Endpoint, counts[i].Spans, counts[i].Traces, shares[i], b.InService))],
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
        if (_recent.Count == 1)
            return reading;
        while (reading.At - _recent.ElementAt(1).At >= RateWindow)
            _recent.Dequeue();

        if (reading.At >= WarmUp)
            _warm ??= reading;
        if (_warm is not null && reading.At <= duration + RateWindow)
            Cost = WarmCost.Between(_warm.At, _warm.Spans, _warm.Cpu, reading.At, reading.Spans, reading.Cpu) ?? Cost;
        return _recent.Peek();
    }

    private static double[] SharesSince(Reading? earlier, Reading reading)
    {
        var spans = reading.ByBackend.Select((now, i) => now - (earlier?.ByBackend.ElementAtOrDefault(i) ?? 0)).ToArray();
        double all = Math.Max(1, spans.Sum());
        return [.. spans.Select(s => s / all)];
    }

    private sealed record Reading(TimeSpan At, long[] ByBackend, double Cpu)
    {
        public long Spans { get; } = ByBackend.Sum();
    }
}
