using System.Globalization;
using System.Text.Json;
using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.OtlpModel;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>What shows that keys or backends are not alike: weights, shares, items per slot, hot keys.</summary>
public sealed class SkewTests
{
    [Fact]
    public async Task A_hot_service_is_named_with_the_backend_that_suffers_from_it()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([a, b], routingKey: "service", otlp: "queue { queue_size = 100000 }"));
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        using var http = new HttpClient { BaseAddress = await balancer.AdminAsync() };

        // one in 64 requests is looked at: that none of so many is has the probability of 1 in 10^13
        const int Requests = 2000;
        for (int i = 0; i < Requests; i++)
            Assert.Equal(0, (await client.ExportAsync(Request(("hot", 9), ($"cold-{i % 100}", 1)))).Status);

        using var json = JsonDocument.Parse(await http.GetStringAsync(new Uri("/-/hot-keys?format=json", UriKind.Relative)));
        var exporter = Assert.Single(json.RootElement.GetProperty("exporters").EnumerateArray().ToArray());
        Assert.Equal("otelcol.exporter.loadbalancing.default", exporter.GetProperty("exporter").GetString());
        Assert.Equal(10 * exporter.GetProperty("sampledRequests").GetInt64(), exporter.GetProperty("sampledItems").GetInt64());
        var hottest = exporter.GetProperty("keys")[0];
        Assert.Equal("hot", hottest.GetProperty("text").GetString());
        Assert.Equal(0.9, hottest.GetProperty("share").GetDouble(), 9);
        Assert.Equal(64 * 9 * exporter.GetProperty("sampledRequests").GetInt64(), hottest.GetProperty("items").GetInt64());

        string backend = hottest.GetProperty("backend").GetString()!;
        Assert.Equal(a.Endpoint == backend ? a.Endpoint : b.Endpoint, backend);
        string slot = $"slot=\"{hottest.GetProperty("slot").GetInt32().ToString(CultureInfo.InvariantCulture)}\"";
        Assert.InRange(await balancer.MetricAsync("orleanslb_slot_items_total", slot, $"backend=\"{backend}\""), 9 * Requests, 10 * Requests);
        Assert.Equal(10 * Requests, await balancer.MetricAsync("orleanslb_slot_items_total"));
        Assert.Contains("\"hot\"", await http.GetStringAsync(new Uri("/-/hot-keys", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backend_of_three_times_the_weight_gets_three_quarters_and_one_of_weight_zero_nothing()
    {
        await using var heavy = await MockBackend.StartAsync();
        await using var light = await MockBackend.StartAsync();
        await using var draining = await MockBackend.StartAsync();
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer(
            [], resolver: $"static {{ hostnames = [\"{heavy.Endpoint};weight=3\", \"{light.Endpoint}\", \"{draining.Endpoint};weight=0\"] }}"));
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var traces = new TraceFactory();
        for (int i = 0; i < 20; i++)
            Assert.Equal(0, (await client.ExportAsync(traces.Request(traces: 200))).Status);

        await balancer.MetricReachesAsync(20 * 600, "otelcol_exporter_sent_spans_total");
        Assert.Equal(1, await balancer.MetricAsync("orleanslb_ring_share"), 9);
        Assert.Equal(0.75, (await SharesAsync(balancer)).Max(), 9);
        Assert.Equal(0, (await SharesAsync(balancer)).Min());

        // 4,000 traces: a standard deviation of 27 traces of 3,000
        Assert.InRange(await balancer.MetricAsync("orleanslb_slot_items_total", heavy.Endpoint), 3 * 2800, 3 * 3200);
        Assert.Equal(0, draining.Attempts);
        Assert.Equal(20 * 600, await balancer.MetricAsync("orleanslb_slot_items_total"));
    }

    private static async Task<double[]> SharesAsync(OrleansLbProcess balancer)
    {
        var shares = new double[3];
        for (int slot = 0; slot < shares.Length; slot++)
            shares[slot] = await balancer.MetricAsync("orleanslb_ring_share", string.Create(CultureInfo.InvariantCulture, $",slot=\"{slot}\""));
        return shares;
    }

    private static ExportTraceServiceRequest Request(params (string Service, int Spans)[] services)
    {
        var request = new ExportTraceServiceRequest();
        foreach (var (service, spans) in services)
        {
            var resource = new Resource();
            resource.Attributes.Add(new KeyValue { Key = "service.name", Value = new AnyValue { StringValue = service } });
            var scope = new ScopeSpans();
            for (int i = 0; i < spans; i++)
                scope.Spans.Add(new Span { Name = "s" });
            request.ResourceSpans.Add(new ResourceSpans { Resource = resource, ScopeSpans = { scope } });
        }

        return request;
    }
}
