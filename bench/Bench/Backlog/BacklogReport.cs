namespace OrleansLb.Bench.Backlog;

/// <summary>What a backlog cost to take and to drain.</summary>
/// <param name="Spans">Spans that were acknowledged while no backend was there.</param>
/// <param name="StoreBytes">Bytes of the store's files before the drain.</param>
/// <param name="FillSeconds">Time to take them.</param>
/// <param name="FillCpuSeconds">CPU time of the balancer for that, its start included.</param>
/// <param name="FillPeakResidentBytes">Its largest resident set meanwhile.</param>
/// <param name="DrainSeconds">From the start of a new balancer until the last span was at its backend.</param>
/// <param name="DrainCpuSeconds">CPU time of that balancer, its start included.</param>
/// <param name="DrainPeakResidentBytes">Its largest resident set.</param>
/// <param name="Duplicates">Spans that arrived more often than once.</param>
internal sealed record BacklogReport(
    long Spans,
    long StoreBytes,
    double FillSeconds,
    double FillCpuSeconds,
    long FillPeakResidentBytes,
    double DrainSeconds,
    double DrainCpuSeconds,
    long DrainPeakResidentBytes,
    long Duplicates)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"""

        | | spans/s | MB/s of the store's files | CPU-s/M spans | peak RSS |
        |---|---:|---:|---:|---:|
        | taking {Spans:N0} spans, {StoreBytes / 1e9:0.00} GB | {Spans / FillSeconds / 1000:0} k | {StoreBytes / FillSeconds / 1e6:0} | {FillCpuSeconds / Spans * 1e6:0.00} | {FillPeakResidentBytes / 1048576.0:0} MiB |
        | draining them after a restart | {Spans / DrainSeconds / 1000:0} k | {StoreBytes / DrainSeconds / 1e6:0} | {DrainCpuSeconds / Spans * 1e6:0.00} | {DrainPeakResidentBytes / 1048576.0:0} MiB |

        {Duplicates} spans arrived more than once

        """);
}
