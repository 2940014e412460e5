using Google.Protobuf;
using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.OtlpModel;
using static OrleansLb.EndToEnd.Tests.Infrastructure.Telemetry;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>Every routing key, from a client's request to the backend that the key belongs to.</summary>
public sealed class RoutingKeyTests
{
    private static readonly string[] Values = [.. Enumerable.Range(0, 40).Select(static i => $"value-{i}")];

    [Fact]
    public async Task Points_of_a_series_meet_at_one_backend_and_keep_their_metric()
    {
        await using var cluster = await Cluster.StartAsync("streamID");
        foreach (string[] order in new[] { Values, [.. Values.Reverse()], Values })
            await cluster.SendAsync(Metrics((Service("cart"), Sum("requests", order)), (Service("cart"), Sum("errors", order)), (Service("pay"), Sum("requests", order))));

        await cluster.DeliveredAsync(3 * 3 * Values.Length);
        var owners = cluster.Owners(static delivery =>
            from m in delivery.Metrics
            from point in m.Metric.Sum.DataPoints
            select $"{Delivered.ServiceOf(m.Resource.Resource)}/{m.Metric.Name}/{Text(point.Attributes, "k")}");
        Assert.Equal(3 * Values.Length, owners.Count);
        cluster.AssertOneOwnerEach(owners);
        foreach (var (_, metric) in cluster.Backends.SelectMany(static b => b.Accepted).SelectMany(static d => d.Metrics))
        {
            Assert.Equal(("By", $"about {metric.Name}"), (metric.Unit, metric.Description));
            Assert.Equal((true, AggregationTemporality.Cumulative), (metric.Sum.IsMonotonic, metric.Sum.AggregationTemporality));
        }
    }

    [Fact]
    public async Task All_points_of_a_metrics_name_meet_whoever_sends_them()
    {
        await using var cluster = await Cluster.StartAsync("metric");
        foreach (string service in new[] { "cart", "pay" })
            await cluster.SendAsync(Metrics(Values.Select(name => (Service(service), Sum(name, "a", "b", "c")))));

        await cluster.DeliveredAsync(2 * 3 * Values.Length);
        cluster.AssertOneOwnerEach(cluster.Owners(static delivery => delivery.Metrics.Select(static m => m.Metric.Name)), Values.Length);
    }

    [Fact]
    public async Task Log_records_of_a_resource_meet_in_whatever_order_its_attributes_stand()
    {
        await using var cluster = await Cluster.StartAsync("resource");
        await cluster.SendAsync(Logs(Values.Select(static host => (Resource(("service.name", "cart"), ("host.name", host)), new LogRecord()))));
        await cluster.SendAsync(Logs(Values.Select(static host => (Resource(("host.name", host), ("service.name", "cart")), new LogRecord()))));

        await cluster.DeliveredAsync(2 * Values.Length);
        cluster.AssertOneOwnerEach(
            cluster.Owners(static delivery => delivery.LogRecords.Select(static r => Text(r.Resource.Resource.Attributes, "host.name")!)), Values.Length);
    }

    [Fact]
    public async Task Spans_are_routed_by_attributes_and_kind_whatever_trace_they_belong_to()
    {
        await using var cluster = await Cluster.StartAsync("attributes", "routing_attributes = [\"tenant\", \"span.kind\"]");
        for (int trace = 1; trace <= 4; trace++)
        {
            var id = TraceId(trace);
            await cluster.SendAsync(Traces(
                from tenant in Values
                from kind in new[] { Span.Types.SpanKind.Server, Span.Types.SpanKind.Client }
                select (Service("cart"), new Span { TraceId = id, Kind = kind, Attributes = { Attribute("tenant", tenant) } })));
        }

        await cluster.DeliveredAsync(4 * 2 * Values.Length);
        cluster.AssertOneOwnerEach(
            cluster.Owners(static delivery => delivery.Spans.Select(static s => $"{Text(s.Span.Attributes, "tenant")}/{s.Span.Kind}")), 2 * Values.Length);
    }

    [Fact]
    public async Task Traces_logs_and_metrics_of_a_service_share_a_backend()
    {
        await using var cluster = await Cluster.StartAsync("service");
        await SendAllSignalsAsync(cluster, Values);

        await cluster.DeliveredAsync(3 * Values.Length);
        cluster.AssertOneOwnerEach(cluster.Owners(ServicesOf), Values.Length);
    }

    [Fact]
    public async Task With_the_Collectors_ring_each_signal_goes_where_the_route_command_says()
    {
        await using var cluster = await Cluster.StartAsync("service", "ring = \"collector\"");
        string[] services = ["cart", "pay"];
        await SendAllSignalsAsync(cluster, services);
        await cluster.DeliveredAsync(3 * services.Length);

        foreach (var signal in new[] { "traces", "logs", "metrics" })
        {
            var owners = cluster.Owners(delivery => delivery.Path.Contains(signal[..^1], StringComparison.Ordinal) ? ServicesOf(delivery) : []);
            foreach (string service in services)
                Assert.Equal(await cluster.RouteAsync("--signal", signal, "--service", service), Assert.Single(owners[service]));
            Assert.Equal(services.Length, owners.Count);
        }
    }

    [Fact]
    public async Task Identifiers_are_a_choice_of_their_own()
    {
        // bytes of each dialect, asked for as they are: whichever the ring, the balancer and the route command know the same
        await using var cluster = await Cluster.StartAsync("service", "identifiers = \"collector\"");
        await SendAllSignalsAsync(cluster, Values);
        await cluster.DeliveredAsync(3 * Values.Length);

        var traces = cluster.Owners(static delivery => delivery.Spans.Any() ? ServicesOf(delivery) : []);
        var others = cluster.Owners(static delivery => delivery.Spans.Any() ? [] : ServicesOf(delivery));
        cluster.AssertOneOwnerEach(traces, Values.Length);
        cluster.AssertOneOwnerEach(others, Values.Length);
        Assert.Contains(Values, service => traces[service][0] != others[service][0]);
        Assert.Equal(traces[Values[0]][0], await cluster.RouteAsync("--key", $"service.name={Values[0]}|"));
        Assert.Equal(others[Values[0]][0], await cluster.RouteAsync("--key", Values[0]));
    }

    [Fact]
    public async Task Metrics_without_a_service_name_are_delivered_and_counted()
    {
        await using var cluster = await Cluster.StartAsync("service", "ring = \"collector\"");
        await cluster.SendAsync(Metrics((new Resource(), Sum("lost elsewhere", "a", "b")), (Service("cart"), Sum("m", "a"))));

        await cluster.DeliveredAsync(3);
        Assert.Equal(2, await cluster.Balancer.MetricAsync("orleanslb_missing_routing_key_items_total", "signal=\"metrics\"", "key=\"service\""));
        Assert.Equal(2, await cluster.Balancer.MetricAsync("orleanslb_missing_routing_key_items_total"));
        Assert.Equal(await cluster.RouteAsync("--key", ""), Assert.Single(cluster.Owners(static d => d.Metrics.Select(static m => m.Metric.Name))["lost elsewhere"]));
    }

    private static async Task SendAllSignalsAsync(Cluster cluster, string[] services)
    {
        await cluster.SendAsync(Traces(services.Select(static (service, i) => (Service(service), new Span { TraceId = TraceId(i + 1) }))));
        await cluster.SendAsync(Logs(services.Select(static (service, i) => (Service(service), new LogRecord { TraceId = TraceId(i + 1) }))));
        await cluster.SendAsync(Metrics(services.Select(static service => (Service(service), Sum("m", "a")))));
    }

    private static IEnumerable<string> ServicesOf(Delivery delivery) =>
    [
        .. delivery.Spans.Select(static s => Delivered.ServiceOf(s.Resource.Resource)),
        .. delivery.LogRecords.Select(static r => Delivered.ServiceOf(r.Resource.Resource)),
        .. delivery.Metrics.Select(static m => Delivered.ServiceOf(m.Resource.Resource)),
    ];

    /// <summary>Three backends, the balancer in front of them, and a client.</summary>
    private sealed class Cluster : IAsyncDisposable
    {
        private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("orleanslb-keys-");
        private RawClient _client = null!;

        public MockBackend[] Backends { get; private set; } = [];

        public OrleansLbProcess Balancer { get; private set; } = null!;

        private string ConfigurationPath => Path.Combine(_directory.FullName, "config.alloy");

        public static async Task<Cluster> StartAsync(string routingKey, string exporter = "")
        {
            var cluster = new Cluster { Backends = [await MockBackend.StartAsync(), await MockBackend.StartAsync(), await MockBackend.StartAsync()] };
            await File.WriteAllTextAsync(cluster.ConfigurationPath, Configurations.Balancer(cluster.Backends, routingKey, exporter));
            cluster.Balancer = await OrleansLbProcess.RunFileAsync(cluster.ConfigurationPath);
            cluster._client = new RawClient(await cluster.Balancer.ReceiverAsync("grpc"));
            return cluster;
        }

        public async Task SendAsync(IMessage request) => Assert.Equal(new ClientAnswer(0, ""), await _client.ExportAsync(request));

        /// <summary>Waits until this many items were delivered; there must not be one more.</summary>
        public async Task DeliveredAsync(int items)
        {
            await MockBackend.UntilAsync(() => Items(Backends) >= items, $"{items} items", Backends);
            Assert.Equal(items, Items(Backends));
        }

        public Dictionary<string, string[]> Owners(Func<Delivery, IEnumerable<string>> keysOf) => Telemetry.Owners(Backends, keysOf);

        /// <summary>No key is at two backends, and every backend has some.</summary>
        public void AssertOneOwnerEach(Dictionary<string, string[]> owners, int? keys = null)
        {
            Assert.Equal(keys ?? owners.Count, owners.Count);
            Assert.All(owners.Values, static backends => Assert.Single(backends));
            Assert.Equal(Backends.Select(static b => b.Endpoint).Order(), owners.Values.Select(static backends => backends[0]).Distinct().Order());
        }

        /// <summary>The backend that <c>orleanslb route</c> names for a question to the same configuration.</summary>
        public async Task<string> RouteAsync(params string[] question)
        {
            await using var route = OrleansLbProcess.Start(["route", "--config", ConfigurationPath, .. question]);
            Assert.True(await route.ExitAsync() == 0, route.Log);
            const string Label = "backend     ";
            return (await route.LineAsync(static line => line.StartsWith(Label, StringComparison.Ordinal)))[Label.Length..];
        }

        public async ValueTask DisposeAsync()
        {
            _client?.Dispose();
            if (Balancer is not null)
                await Balancer.DisposeAsync();
            foreach (var backend in Backends)
                await backend.DisposeAsync();
            _directory.Delete(recursive: true);
        }
    }
}
