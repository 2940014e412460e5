namespace OrleansLb.Silo.Demo;

/// <summary>What the balancer cost after its warm-up, and at which rate.</summary>
/// <param name="After">How long it had taken traffic before.</param>
/// <param name="SpansPerSecond">What it took meanwhile.</param>
/// <param name="CpuPerMillion">CPU-seconds per million spans.</param>
internal sealed record WarmCost(TimeSpan After, double SpansPerSecond, double CpuPerMillion)
{
    /// <summary>The cost between two readings of the time, of the spans at the backends and of the CPU-seconds; null when nothing came between them.</summary>
    public static WarmCost? Between(TimeSpan from, long spansBefore, double cpuBefore, TimeSpan to, long spansAfter, double cpuAfter)
    {
        long spans = spansAfter - spansBefore;
        return spans <= 0 || to <= from
            ? null
            : new WarmCost(from, spans / (to - from).TotalSeconds, (cpuAfter - cpuBefore) / spans * 1e6);
    }
}
