using System.Diagnostics.Metrics;
using OrleansLb.Silo.Telemetry;

namespace OrleansLb.Silo.Logging;

/// <summary>What became of the log.</summary>
internal sealed class LogMetrics : IDisposable
{
    private readonly Meter _meter = new(MetricsRegistry.MeterName);

    public LogMetrics(LineWriter lines) => _meter.CreateObservableCounter(
        "orleanslb_log_lines_dropped", () => lines.Dropped, "{line}", "Log lines that were dropped because nobody read them in time, or because they could not be written.");

    public void Dispose() => _meter.Dispose();
}
