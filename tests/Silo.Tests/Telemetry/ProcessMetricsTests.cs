using OrleansLb.Silo.Telemetry;

namespace OrleansLb.Silo.Tests.Telemetry;

public sealed class ProcessMetricsTests
{
    [Theory]
    [InlineData("orleanslb_build_info{version=\"")]
    [InlineData("process_cpu_seconds_total ")]
    [InlineData("process_resident_memory_bytes ")]
    [InlineData("process_start_time_seconds ")]
    [InlineData("dotnet_gc_collections_total{generation=\"0\"} ")]
    [InlineData("dotnet_gc_collections_total{generation=\"2\"} ")]
    [InlineData("dotnet_gc_allocated_bytes_total ")]
    [InlineData("dotnet_jit_compiled_methods_total ")]
    [InlineData("dotnet_jit_compilation_time_seconds_total ")]
    public void The_process_is_described(string sample)
    {
        var text = new PrometheusText();
        ProcessMetrics.WriteTo(text);
        Assert.Contains(text.ToString().Split('\n'), line => line.StartsWith(sample, StringComparison.Ordinal));
    }
}
