using OrleansLb.Silo.Telemetry;

namespace OrleansLb.Silo.Tests.Telemetry;

public sealed class PrometheusNamesTests
{
    [Theory]
    [InlineData("otelcol_receiver_accepted_spans", "{spans}", true, "otelcol_receiver_accepted_spans_total")]
    [InlineData("otelcol_receiver_accepted_spans_total", null, true, "otelcol_receiver_accepted_spans_total")]
    [InlineData("otelcol_loadbalancer_backend_latency", "ms", false, "otelcol_loadbalancer_backend_latency_milliseconds")]
    [InlineData("orleanslb_memory_bytes", "By", false, "orleanslb_memory_bytes")]
    [InlineData("orleanslb.wire.size", "By", true, "orleanslb_wire_size_bytes_total")]
    [InlineData("9lives", null, false, "_9lives")]
    public void Names_carry_unit_and_total_once(string instrument, string? unit, bool isCounter, string expected) =>
        Assert.Equal(expected, PrometheusNames.Family(instrument, unit, isCounter));

    [Theory]
    [InlineData("server.address", "server_address")]
    [InlineData("a:b", "a_b")]
    [InlineData("0", "_0")]
    [InlineData("", "_")]
    public void Label_names_hold_only_what_Prometheus_allows(string tag, string expected) =>
        Assert.Equal(expected, PrometheusNames.Label(tag));
}
