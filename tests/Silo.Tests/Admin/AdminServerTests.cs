using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Ingress.HotKeys;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Silo.Admin;
using OrleansLb.Silo.Hosting;
using OrleansLb.Silo.Telemetry;

namespace OrleansLb.Silo.Tests.Admin;

#pragma warning disable CA1001 // the runner calls IAsyncLifetime.DisposeAsync
public sealed class AdminServerTests : IAsyncLifetime
{
    private readonly Readiness _readiness = new();
    private readonly MetricsRegistry _metrics = new("no-such-meter");
    private readonly HotKeyBoard _hotKeys = new();
    private readonly HttpClient _client = new();
    private AdminServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = new AdminServer(new AdminPages(_readiness, _metrics, _hotKeys), NullLoggerFactory.Instance);
        _client.BaseAddress = new Uri("http://" + await _server.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), CancellationToken.None));
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _metrics.Dispose();
    }

    [Fact]
    public async Task Ready_follows_the_life_of_the_program()
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _client.GetAsync("/-/ready")).StatusCode);
        _readiness.Set(true);
        var answer = await _client.GetAsync("/-/ready");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("orleanslb is ready.\n", await answer.Content.ReadAsStringAsync());
        _readiness.Set(false);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _client.GetAsync("/-/ready")).StatusCode);
    }

    [Fact]
    public async Task Verbose_readiness_shows_every_exporter_and_has_the_same_status()
    {
        Assert.Equal("{\"ready\":false,\"exporters\":[]}\n", await (await _client.GetAsync("/-/ready?verbose")).Content.ReadAsStringAsync());

        var since = new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
        var states = new States
        {
            ["lb.a"] = new(RoutingStateKind.Table, 4, 3, since, null),
            ["lb.b"] = new(RoutingStateKind.NoBackends, 0, 0, since, "no such name"),
            ["lb.c"] = new(RoutingStateKind.Waiting, 0, 0, since, null),
        };
        var dns = new ResolverOptions.Dns("n");
        _readiness.Show(
            new ExporterCatalog(
            [
                new LoadBalancingOptions { ComponentId = "lb.c", Resolver = dns },
                new LoadBalancingOptions { ComponentId = "lb.a", Resolver = new ResolverOptions.Static(["a"]), Ring = RingKind.Collector36000 },
                new LoadBalancingOptions { ComponentId = "lb.b", Resolver = dns },
            ]),
            states);
        _readiness.Set(true);
        var answer = await _client.GetAsync("/-/ready?verbose=1");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(
            """
            {"ready":true,"exporters":[
            {"componentId":"lb.a","state":"table","since":"2026-11-29T12:00:00+00:00","epoch":4,"backends":3,"ring":"collector-36000","resolver":"static"},
            {"componentId":"lb.b","state":"no backends","since":"2026-11-29T12:00:00+00:00","epoch":0,"backends":0,"ring":"partitions","resolver":"dns","failure":"no such name"},
            {"componentId":"lb.c","state":"waiting","since":"2026-11-29T12:00:00+00:00","epoch":0,"backends":0,"ring":"partitions","resolver":"dns"}]}

            """.Replace("[\n", "[", StringComparison.Ordinal).Replace(",\n", ",", StringComparison.Ordinal),
            await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Healthy_answers_at_once() =>
        Assert.Equal("All orleanslb components are healthy.\n", await _client.GetStringAsync("/-/healthy"));

    [Fact]
    public async Task Metrics_name_their_format()
    {
        var answer = await _client.GetAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Contains("orleanslb_build_info{version=", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/-/hot-keys", null, "text/plain; charset=utf-8", "otelcol.exporter.loadbalancing.default: 0 items of 0 requests")]
    [InlineData("/-/hot-keys?format=json", null, "application/json", "\"exporter\":\"otelcol.exporter.loadbalancing.default\"")]
    [InlineData("/-/hot-keys", "application/json", "application/json", "\"sampledOneIn\":64")]
    public async Task Hot_keys_are_text_or_JSON(string path, string? accept, string type, string expected)
    {
        _hotKeys.Show([new HotKeyMeter("otelcol.exporter.loadbalancing.default", new SplitOptions(RoutingKey.TraceId, IdentifierDialect.CoLocated))]);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
            request.Headers.Add("Accept", accept);
        var answer = await _client.SendAsync(request);
        Assert.Equal(type, answer.Content.Headers.ContentType!.ToString());
        Assert.Contains(expected, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", HttpStatusCode.NotFound)]
    [InlineData("/no/such/page", HttpStatusCode.NotFound)]
    [InlineData("/-/reload", HttpStatusCode.NotImplemented)]
    public async Task Other_paths_have_their_answers(string path, HttpStatusCode expected) =>
        Assert.Equal(expected, (await _client.GetAsync(path)).StatusCode);

    [Fact]
    public async Task A_port_in_use_is_an_error_of_its_own()
    {
        await using var second = new AdminServer(new AdminPages(_readiness, _metrics, _hotKeys), NullLoggerFactory.Instance);
        var taken = new IPEndPoint(IPAddress.Loopback, _client.BaseAddress!.Port);
        await Assert.ThrowsAsync<IOException>(() => second.StartAsync(taken, CancellationToken.None));
    }

    private sealed class States : Dictionary<string, RoutingState>, IRoutingStates
    {
        public RoutingState StateOf(string componentId) => this[componentId];

        public Task FirstAnswer(string componentId, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
