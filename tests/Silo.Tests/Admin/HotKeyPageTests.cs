using OrleansLb.Ingress.HotKeys;
using OrleansLb.Silo.Admin;

namespace OrleansLb.Silo.Tests.Admin;

public sealed class HotKeyPageTests
{
    private static readonly HotKeyReport Report = new(
        "otelcol.exporter.loadbalancing.default",
        64,
        SampledRequests: 12,
        SampledItems: 1000,
        UnattributedItems: 7,
        [
            new HotKey("cart"u8.ToArray(), 4, 51_200, 64, 0.8, 1, "b:1"),
            new HotKey([0x4b, 0xf9, 0x00], 3, 6400, 0, 0.1, 0, "a:1"),
            new HotKey("caf\u00e9"u8.ToArray()[..4], 300, 64, 0, 0.001, 0, "a:1"),
        ]);

    [Fact]
    public void People_get_a_table_per_exporter() => Assert.Equal(
        """
        otelcol.exporter.loadbalancing.default: 1,000 items of 12 requests, one in 64 at random; numbers are estimates of all requests
        key        items  error at most    share  slot  backend
        "cart"    51,200             64  80.00 %     1      b:1
        4bf900     6,400              0  10.00 %     0      a:1
        "caf"...      64              0   0.10 %     0      a:1


        """,
        HotKeyPage.Text([Report]));

    [Fact]
    public void Programs_get_every_number() => Assert.Equal(
        """
        {"exporters":[{"exporter":"otelcol.exporter.loadbalancing.default","sampledOneIn":64,"sampledRequests":12,"sampledItems":1000,"unattributedItems":7,"keys":[{"text":"cart","hex":"63617274","length":4,"items":51200,"maxError":64,"share":0.8,"slot":1,"backend":"b:1"},{"hex":"4bf900","length":3,"items":6400,"maxError":0,"share":0.1,"slot":0,"backend":"a:1"},{"text":"caf","hex":"636166c3","length":300,"items":64,"maxError":0,"share":0.001,"slot":0,"backend":"a:1"}]}]}

        """,
        HotKeyPage.Json([Report]));
}
